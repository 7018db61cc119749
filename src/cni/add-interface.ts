/** ADD of a plugin that makes an interface. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { Rollback } from '#base/rollback.ts'
import { announceAddresses, haveKernelAnnounce } from './announcements.ts'
import type { Call } from './call.ts'
import { configureInterface } from './configure-interface.ts'
import { delegateAdd, delegateDel } from './delegate.ts'
import type {
  InterfaceConfig,
  InterfaceDescriptor,
  NewInterface,
  Site,
} from './interface-plugin.ts'
import { noDns, type Result, type ResultInterface } from './result.ts'
import { describeLink } from './result-link.ts'
import { openSandbox } from './sandbox.ts'

/** What the IPAM plugin has given; nothing where there is none. */
export type Assignment = Pick<Result, 'ips' | 'routes' | 'dns'>

/** Makes the interface and gives it its addresses. A failure leaves nothing behind. */
export async function addInterface<C extends InterfaceConfig>(
  descriptor: InterfaceDescriptor<C>,
  call: Call,
): Promise<Result> {
  const config = descriptor.readConfig(call)
  using sandbox = openSandbox(call)
  using host = call.kernel.currentNamespace()
  await using undo = new Rollback()
  const site = { call, config, sandbox, host }
  const made = await descriptor.createInterface(site, undo)
  const given = await assignAddresses(call, undo)
  const assignment = made.completeAssignment?.(given) ?? given
  await putIntoService(descriptor, site, { made, assignment, undo })
  undo.commit()
  const dns = descriptor.keepsIpamDns?.(config) === true ? assignment.dns : call.network.dns
  return composeResult(call, made, { ...assignment, dns })
}

async function assignAddresses(call: Call, undo: Rollback): Promise<Assignment> {
  const { ipamType } = call.network
  if (ipamType === undefined) return { ips: [], routes: [], dns: noDns }
  const given = await delegateAdd(call, ipamType)
  undo.did(`assign addresses with ${ipamType}`, () => delegateDel(call, ipamType))
  if (given.ips.length === 0) {
    const msg = 'IPAM plugin returned missing IP config'
    throw new CniError(cniErrorCodes.internal, msg, `${ipamType} answered ADD without an address`)
  }
  return given
}

interface NewService {
  readonly made: NewInterface
  readonly assignment: Assignment
  readonly undo: Rollback
}

async function putIntoService<C extends InterfaceConfig>(
  { kernelAnnounces, kernelAnnouncesOnce, isHeardAtOnce }: InterfaceDescriptor<C>,
  { call, config, sandbox }: Site<C>,
  { made, assignment, undo }: NewService,
): Promise<void> {
  const { link } = made
  if (link === undefined) return
  const target = { sandbox, link, clock: call.host.clock }
  const addresses = assignment.ips.map((ip) => ip.address.address)
  const announces = addresses.length > 0 && config.announcements?.count !== 0
  // As it comes up a link gets addresses of the kernel, too, whatever the family of ours.
  const families = kernelAnnounces.filter((one) => {
    return isHeardAtOnce || addresses.some(({ family }) => family === one)
  })
  const enable = () => (announces ? haveKernelAnnounce(target, families) : [])
  const early = isHeardAtOnce ? enable() : undefined
  made.prepareLink?.(assignment)
  if (made.staysDown !== true) {
    const prepareRoutes = () => made.prepareRoutes?.(assignment)
    await configureInterface(target, { ...assignment, prepareRoutes })
  }
  await made.connect?.(assignment, undo)
  const kernelFamilies = early ?? enable()
  if (config.announcements === undefined) return
  const kernelRepeats = kernelAnnouncesOnce !== true
  const announcing = { ...config.announcements, addresses, kernelFamilies, kernelRepeats }
  await announceAddresses(target, { ...announcing, isHeard: isHeardAtOnce })
}

function composeResult(call: Call, made: NewInterface, { ips, routes, dns }: Assignment): Result {
  const own = describeOwn(call, made)
  const interfaces = made.describeLinks?.(own) ?? [own]
  const position = interfaces.indexOf(own)
  return { interfaces, ips: ips.map((ip) => ({ ...ip, interface: position })), routes, dns }
}

function describeOwn({ ifName, netns }: Call, { link, pciId }: NewInterface): ResultInterface {
  const own = link === undefined ? { name: ifName, sandbox: netns } : describeLink(link, netns)
  return pciId === undefined ? own : { ...own, pciId }
}
