/** The macvlan plugin: a link in the sandbox with a hardware address of its own on a master's wire. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from '#cni/call.ts'
import { difference } from '#cni/difference.ts'
import { explained } from '#cni/explain.ts'
import { interfacePlugin, type Site } from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link, MacvlanSpec } from '#kernel/link.ts'
import { type MacvlanConfig, readMacvlanConfig } from './config.ts'
import { findMaster, isBuiltOn, masterObjection, usableMaster } from './master.ts'

export const macvlan: Plugin = interfacePlugin<MacvlanConfig>({
  type: 'macvlan',
  kind: 'macvlan',
  announces: [4, 6],
  readConfig: (call) => readMacvlanConfig(call.rawConfig, call.args),
  createLink,
  verifyLink,
  verifyReadiness,
})

/** `ip link add CNI_IFNAME netns SANDBOX link MASTER type macvlan mode MODE` */
function createLink({ call, config, sandbox }: Site<MacvlanConfig>): Link {
  using host = openHostOfMaster(call, config)
  const master = usableMaster(host ?? sandbox, config)
  const { mode, mtu, mac, broadcastQueueLength } = config
  const spec: MacvlanSpec = {
    name: call.ifName,
    kind: 'macvlan',
    parent: { index: master.index, ...(host === undefined ? {} : { namespace: host }) },
    macvlan: { mode, ...(broadcastQueueLength > 0 ? { broadcastQueueLength } : {}) },
    ...(mtu > 0 ? { mtu } : {}),
    ...(mac === undefined ? {} : { mac }),
  }
  return explained(() => sandbox.createLink(spec), {
    EBUSY: `${master.name} gives its frames to a bridge, a bond, an ipvlan or the like`,
    EINVAL: `${master.name} must be an Ethernet link, and a passthru macvlan its only one`,
  })
}

function verifyLink({ call, config, sandbox }: Site<MacvlanConfig>, link: Link): string[] {
  using host = openHostOfMaster(call, config)
  const master = usableMaster(host ?? sandbox, config)
  const mode = difference('mode', config.mode, link.macvlan?.mode)
  if (isBuiltOn(link, { master, isInSandbox: host === undefined })) return mode
  // The index of a link means something in its own namespace only.
  const home = link.parentNamespaceId === undefined ? sandbox : host
  const parent = link.parent === undefined ? undefined : home?.findLink(link.parent)
  return [...mode, `master: expected ${master.name}, found ${parent?.name ?? 'a link elsewhere'}`]
}

function verifyReadiness(call: Call, config: MacvlanConfig): void {
  using host = openHostOfMaster(call, config)
  // A master in the sandbox is one of a call that is still to come.
  if (host === undefined) return
  const master = findMaster(host, config)
  const objection = masterObjection(config, master)
  if (objection !== undefined) {
    // Macvlans go with their master, so those on one that is not there are cut off.
    const isGone = master === undefined && config.master !== undefined
    throw notReady(isGone ? 'unavailableLimitedConnectivity' : 'unavailable', objection.message)
  }
  if (master?.isUp === false) {
    const msg = `master: expected a link that is up, found ${master.name}, which is down`
    throw notReady('unavailableLimitedConnectivity', `${msg}; no macvlan on it has a carrier`)
  }
}

type NotReady = 'unavailable' | 'unavailableLimitedConnectivity'

function notReady(code: NotReady, msg: string): CniError {
  return new CniError(cniErrorCodes[code], msg)
}

/** The namespace of the host, if that is where the master lives, and not in the sandbox. */
function openHostOfMaster(call: Call, config: MacvlanConfig): Namespace | undefined {
  return config.isMasterInSandbox ? undefined : call.kernel.currentNamespace()
}
