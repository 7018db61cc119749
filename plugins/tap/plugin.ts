/** The tap plugin: a link in the sandbox whose frames a program there takes and gives. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Rollback } from '#base/rollback.ts'
import type { Call } from '#cni/call.ts'
import { difference } from '#cni/difference.ts'
import { explained } from '#cni/explain.ts'
import { interfacePlugin, type NewInterface, type Site } from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import type { Link, LinkChange } from '#kernel/link.ts'
import { readTapConfig, type TapConfig } from './config.ts'

export const tap: Plugin = interfacePlugin<TapConfig>({
  type: 'tap',
  kind: 'tun',
  // Later: as a program opens the tap, IPv6 addresses settle.
  kernelAnnounces: [4, 6],
  isHeardAtOnce: false,
  readConfig: (call) => readTapConfig(call.rawConfig, call.args),
  createInterface,
  verifyLink,
  verifyReadiness,
  // What does not stay without the program that made it is that program's.
  isOwnLink: (_, { tun }) => tun?.type === 'tap' && tun.isPersistent,
})

async function createInterface(site: Site<TapConfig>, undo: Rollback): Promise<NewInterface> {
  const { call, config, sandbox } = site
  const { mtu, mac, label } = config
  const controller = findController(site)
  const properties: LinkChange = {
    ...(mtu > 0 ? { mtu } : {}),
    ...(mac === undefined ? {} : { mac }),
    ...(controller === undefined ? {} : { controller }),
  }
  if (label !== undefined) {
    const { createLabelledTap } = await import('./labelled-tap.ts')
    return { link: await createLabelledTap(site, { label, properties, undo }) }
  }
  const link = createTap(site, properties)
  undo.did(`create link ${call.ifName}`, () => sandbox.removeLink(link.index))
  return { link }
}

const driverPath = '/dev/net/tun'
const noDriver = `the module tun of the kernel and its file ${driverPath} are needed`
const noAccess = `this process must be allowed to open ${driverPath} and to make links`

/** `ip tuntap add dev CNI_IFNAME mode tap` in the sandbox */
function createTap({ call, config, sandbox }: Site<TapConfig>, properties: LinkChange): Link {
  const { isMultiQueue, owner, group } = config
  const users = {
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  }
  const data = { isMultiQueue, ...users }
  return explained(
    () => sandbox.createLink({ ...properties, kind: 'tap', name: call.ifName, tap: data }),
    { ENOENT: noDriver, ENODEV: noDriver, ENXIO: noDriver, EPERM: noAccess, EACCES: noAccess },
  )
}

/** Index of the bridge. @throws ConfigError when it is not there or something else */
function findController({ config, sandbox }: Site<TapConfig>): number | undefined {
  const { bridge } = config
  if (bridge === undefined) return undefined
  const link = sandbox.findLink(bridge)
  if (link?.kind === 'bridge') return link.index
  const found =
    link === undefined ? 'which does not exist' : `a link of kind ${link.kind ?? 'hardware'}`
  const expected = 'the name of a bridge in the sandbox'
  throw new ConfigError(['bridge'], expected, `${describeFound(bridge)}, ${found}`)
}

function verifyLink({ config, sandbox }: Site<TapConfig>, { tun, controller }: Link): string[] {
  const { isMultiQueue, owner = 'none', group = 'none', bridge } = config
  const queues = (isMulti: boolean | undefined) => (isMulti === true ? 'several' : 'one')
  const port = controller === undefined ? undefined : sandbox.findLink(controller)?.name
  return [
    ...difference('type', 'tap', tun?.type),
    ...difference('queues', queues(isMultiQueue), queues(tun?.isMultiQueue)),
    ...difference('owner', owner, tun?.owner ?? 'none'),
    ...difference('group', group, tun?.group ?? 'none'),
    ...(bridge === undefined ? [] : difference('bridge', bridge, port)),
  ]
}

async function verifyReadiness({ host }: Call, { label }: TapConfig): Promise<void> {
  if ((await host.files.findStatus(driverPath)) === undefined) {
    throw new CniError(cniErrorCodes.unavailable, `no tap can be made: ${noDriver}`)
  }
  if (label === undefined) return
  const { verifyLabel } = await import('./labelled-tap.ts')
  await verifyLabel(host, label)
}
