/** The vlan plugin: a link in the sandbox whose frames are those of one VLAN on a master's wire. */

import type { Rollback } from '#base/rollback.ts'
import { createLink } from '#cni/create-link.ts'
import { difference } from '#cni/difference.ts'
import { explained } from '#cni/explain.ts'
import { interfacePlugin, type NewInterface, type Site } from '#cni/interface-plugin.ts'
import { findFoundation } from '#cni/master.ts'
import type { Plugin } from '#cni/plugin.ts'
import { verifyMaster, verifyMasterReadiness } from '#cni/verify-master.ts'
import type { Link, VlanSpec } from '#kernel/link.ts'
import { readVlanConfig, type VlanConfig } from './config.ts'

export const vlan: Plugin = interfacePlugin<VlanConfig>({
  type: 'vlan',
  kind: 'vlan',
  kernelAnnounces: [4, 6],
  // Given an address, even its own, it no longer follows that of its master (NET_ADDR_STOLEN).
  kernelAnnouncesOnce: true,
  isHeardAtOnce: true,
  readConfig: readVlanConfig,
  createInterface,
  verifyLink,
  verifyReadiness: (call, config) => verifyMasterReadiness(call, config, 'vlan'),
})

/** `ip link add CNI_IFNAME netns SANDBOX link MASTER type vlan id ID` */
function createInterface(site: Site<VlanConfig>, undo: Rollback): NewInterface {
  const { call, config, sandbox } = site
  const { master, parent } = findFoundation(site)
  const { id, mtu } = config
  const spec: VlanSpec = {
    name: call.ifName,
    kind: 'vlan',
    parent,
    vlan: { id },
    ...(mtu > 0 ? { mtu } : {}),
  }
  const link = explained(() => createLink(sandbox, spec, undo), {
    get EEXIST() {
      // Then it is the name that is taken.
      if (sandbox.findLink(call.ifName) !== undefined) return undefined
      return `${master.name} has a link in VLAN ${id}, perhaps in another namespace`
    },
    EOPNOTSUPP: `${master.name} carries no VLANs`,
  })
  return { link }
}

function verifyLink(site: Site<VlanConfig>, link: Link): string[] {
  const { id, mtu } = site.config
  return [
    ...difference('vlanId', id, link.vlan?.id),
    ...(mtu > 0 ? difference('mtu', mtu, link.mtu) : []),
    ...verifyMaster(site, link),
  ]
}
