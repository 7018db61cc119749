/** The ipvlan plugin: a link in the sandbox that shares its master's hardware address. */

import type { Rollback } from '#base/rollback.ts'
import type { Call } from '#cni/call.ts'
import { createLink } from '#cni/create-link.ts'
import { difference } from '#cni/difference.ts'
import { explained } from '#cni/explain.ts'
import { interfacePlugin, type NewInterface, type Site } from '#cni/interface-plugin.ts'
import { findFoundation } from '#cni/master.ts'
import type { Plugin } from '#cni/plugin.ts'
import { findPreviousResult } from '#cni/previous-result.ts'
import { verifyMaster, verifyMasterReadiness } from '#cni/verify-master.ts'
import type { IpvlanSpec, Link } from '#kernel/link.ts'
import { findChainedAddresses, withChainedMaster } from './chain.ts'
import { type IpvlanConfig, readIpvlanConfig } from './config.ts'
import { requireSameMode } from './siblings.ts'

export const ipvlan: Plugin = interfacePlugin<IpvlanConfig>({
  type: 'ipvlan',
  kind: 'ipvlan',
  kernelAnnounces: [4, 6],
  // Nobody can give an ipvlan a hardware address: it has no ndo_set_mac_address.
  kernelAnnouncesOnce: true,
  isHeardAtOnce: true,
  readConfig: (call) => readIpvlanConfig(call.rawConfig),
  createInterface,
  verifyLink,
  verifyReadiness,
})

async function createInterface(site: Site<IpvlanConfig>, undo: Rollback): Promise<NewInterface> {
  const previous = findPreviousResult(site.call)
  const chained = findChainedAddresses(site.call, previous)
  const config = withChainedMaster(site.config, previous)
  const link = await createIpvlan({ ...site, config }, undo)
  return { link, completeAssignment: (given) => chained ?? given }
}

/** `ip link add CNI_IFNAME netns SANDBOX link MASTER type ipvlan mode MODE FLAG` */
async function createIpvlan(site: Site<IpvlanConfig>, undo: Rollback): Promise<Link> {
  const { master, parent } = findFoundation(site)
  await requireSameMode(site, master)
  const { mode, flag, ownMtu } = site.config
  const spec: IpvlanSpec = {
    name: site.call.ifName,
    kind: 'ipvlan',
    parent,
    ipvlan: { mode, flag },
    ...(ownMtu > 0 ? { mtu: ownMtu } : {}),
  }
  return explained(() => createLink(site.sandbox, spec, undo), {
    EBUSY: `${master.name} gives its frames to macvlans, a bridge, a bond or the like`,
    EINVAL: `${master.name} must be an Ethernet link, and l3s needs Linux 4.9`,
  })
}

function verifyLink(site: Site<IpvlanConfig>, link: Link): string[] {
  const { mode, flag, master } = site.config
  return [
    ...difference('mode', mode, link.ipvlan?.mode),
    ...difference('flag', flag, link.ipvlan?.flag),
    // Without a name it may have come from the list, and the result tells nothing of that any more.
    ...(master === undefined ? [] : verifyMaster(site, link, ['ipvlan', 'ipvtap'])),
  ]
}

function verifyReadiness(call: Call, config: IpvlanConfig): void {
  // As above, but only in a list does an ipvlan go without an IPAM plugin.
  if (config.master === undefined && call.network.ipamType === undefined) return
  verifyMasterReadiness(call, config, 'ipvlan')
}
