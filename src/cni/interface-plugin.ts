/** The life cycle of a plugin that makes an interface, from which each type differs by a descriptor. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { collectFailures } from '#base/collect-failures.ts'
import { Rollback } from '#base/rollback.ts'
import type { IpFamily } from '#ip/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import type { Call } from './call.ts'
import { configureInterface } from './configure-interface.ts'
import { delegateAdd, delegateDel, delegateGc, delegateStatus } from './delegate.ts'
import type { Plugin } from './plugin.ts'
import type { Result } from './result.ts'
import { findSandbox, openSandbox } from './sandbox.ts'

/** Where an interface is made, and what its configuration wants. */
export interface Site<Config> {
  readonly call: Call
  readonly config: Config
  readonly sandbox: Namespace
}

/** All that a type says of itself. */
export interface InterfaceDescriptor<Config> {
  /** The name of the plugin. */
  readonly type: string
  /** The kind of link it makes; DEL leaves a link of another kind alone. */
  readonly kind: string
  /** Families whose neighbours learn of the link's addresses when it comes up. */
  readonly announces: readonly IpFamily[]
  /** The type's own keys, as far as they can be judged without the kernel. @throws ConfigError */
  readConfig(call: Call): Config
  /** Creates a link named `CNI_IFNAME` in the sandbox, and nothing else. It stays down. */
  createLink(site: Site<Config>): Link
  /** CHECK: what differs between a link of `kind` and the configuration, one sentence each. */
  verifyLink(site: Site<Config>, link: Link): readonly string[]
  /** STATUS: passes when an ADD could create its link now. @throws CniError 50 or 51 */
  verifyReadiness(call: Call, config: Config): void
}

/** A plugin that makes an interface, with addresses from the IPAM plugin or, without one, bare. */
export function interfacePlugin<Config>(descriptor: InterfaceDescriptor<Config>): Plugin {
  return {
    type: descriptor.type,
    add: (call) => add(descriptor, call),
    del: (call) => del(descriptor.kind, call),
    async check(call) {
      // Loaded on demand: few runtimes ever check.
      const { checkInterface } = await import('./check-interface.ts')
      await checkInterface(descriptor, call)
    },
    gc: (call) => delegate(call, delegateGc),
    async status(call) {
      descriptor.verifyReadiness(call, descriptor.readConfig(call))
      await delegate(call, delegateStatus)
    },
  }
}

async function add<C>(descriptor: InterfaceDescriptor<C>, call: Call): Promise<Result> {
  const config = descriptor.readConfig(call)
  using sandbox = openSandbox(call)
  await using undo = new Rollback()
  const link = descriptor.createLink({ call, config, sandbox })
  undo.did(`create link ${link.name}`, () => sandbox.removeLink(link.index))
  const { ips, routes } = await assignAddresses(call, undo)
  const target = { sandbox, link, clock: call.host.clock }
  await configureInterface(target, { ips, routes, announces: descriptor.announces })
  undo.commit()
  return composeResult(call, link, { ips, routes })
}

type Assignment = Pick<Result, 'ips' | 'routes'>

async function assignAddresses(call: Call, undo: Rollback): Promise<Assignment> {
  const { ipamType } = call.network
  if (ipamType === undefined) return { ips: [], routes: [] }
  const { ips, routes } = await delegateAdd(call, ipamType)
  undo.did(`assign addresses with ${ipamType}`, () => delegateDel(call, ipamType))
  if (ips.length === 0) {
    const msg = 'IPAM plugin returned missing IP config'
    throw new CniError(cniErrorCodes.internal, msg, `${ipamType} answered ADD without an address`)
  }
  return { ips: ips.map((ip) => ({ ...ip, interface: 0 })), routes }
}

function composeResult(call: Call, link: Link, assignment: Assignment): Result {
  const { name, mac, mtu } = link
  return {
    interfaces: [{ name, mtu, sandbox: call.netns, ...(mac === undefined ? {} : { mac }) }],
    ...assignment,
    dns: call.network.dns,
  }
}

function del(kind: string, call: Call): Promise<void> {
  return collectFailures([() => delegate(call, delegateDel), () => removeInterface(kind, call)])
}

function removeInterface(kind: string, call: Call): void {
  using sandbox = findSandbox(call)
  const link = sandbox?.findLink(call.ifName)
  // An ADD refused because the name was taken is followed by a DEL: what took it is not ours.
  if (link?.kind === kind) sandbox?.removeLink(link.index)
}

type Delegation = (call: Call, type: string) => Promise<void>

async function delegate(call: Call, command: Delegation): Promise<void> {
  if (call.network.ipamType !== undefined) await command(call, call.network.ipamType)
}
