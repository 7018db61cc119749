/** The macvlan plugin: a link in the sandbox with a hardware address of its own on a master's wire. */

import type { Rollback } from '#base/rollback.ts'
import { createLink } from '#cni/create-link.ts'
import { difference } from '#cni/difference.ts'
import { explained } from '#cni/explain.ts'
import { interfacePlugin, type NewInterface, type Site } from '#cni/interface-plugin.ts'
import { findFoundation } from '#cni/master.ts'
import type { Plugin } from '#cni/plugin.ts'
import { verifyMaster, verifyMasterReadiness } from '#cni/verify-master.ts'
import type { Link, MacvlanSpec } from '#kernel/link.ts'
import { type MacvlanConfig, readMacvlanConfig } from './config.ts'

export const macvlan: Plugin = interfacePlugin<MacvlanConfig>({
  type: 'macvlan',
  kind: 'macvlan',
  kernelAnnounces: [4, 6],
  isHeardAtOnce: true,
  readConfig: (call) => readMacvlanConfig(call.rawConfig, call.args),
  createInterface,
  verifyLink,
  verifyReadiness: (call, config) => verifyMasterReadiness(call, config, 'macvlan'),
})

/** `ip link add CNI_IFNAME netns SANDBOX link MASTER type macvlan mode MODE` */
function createInterface(site: Site<MacvlanConfig>, undo: Rollback): NewInterface {
  const { master, parent } = findFoundation(site)
  const { mode, mtu, mac, broadcastQueueLength } = site.config
  const spec: MacvlanSpec = {
    name: site.call.ifName,
    kind: 'macvlan',
    parent,
    macvlan: { mode, ...(broadcastQueueLength > 0 ? { broadcastQueueLength } : {}) },
    ...(mtu > 0 ? { mtu } : {}),
    ...(mac === undefined ? {} : { mac }),
  }
  const link = explained(() => createLink(site.sandbox, spec, undo), {
    EBUSY: `${master.name} gives its frames to a bridge, a bond, an ipvlan or the like`,
    EINVAL: `${master.name} must be an Ethernet link, and a passthru macvlan its only one`,
  })
  return { link }
}

function verifyLink(site: Site<MacvlanConfig>, link: Link): string[] {
  return [
    ...difference('mode', site.config.mode, link.macvlan?.mode),
    // On one of these the kernel builds no macvlan but beside it (macvlan_common_newlink).
    ...verifyMaster(site, link, ['macvlan', 'macvtap']),
  ]
}
