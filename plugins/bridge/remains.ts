/** What is left of attachments outside of their sandboxes, and goes with DEL and GC. */

import type { SweepStep } from '#base/collect-failures.ts'
import type { HostSite } from '#cni/interface-plugin.ts'
import type { Attachment } from '#cni/network-config.ts'
import { filterOwner, filterSite } from '#cni/packet-filter.ts'
import { findHostEnd } from '#cni/veth.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { anything } from '#schema/fields.ts'
import { fields, type Infer, optional, readConfig } from '#schema/schema.ts'
import { defaultBridge } from './config.ts'
import { removeVlanGateway } from './vlan-gateway.ts'

/** Of a configuration that an ADD was refused for nothing is left, so no value is refused here. */
const remainsKeys = fields({
  bridge: optional({ ...anything(), emptyIsAbsent: true }),
  isGateway: optional(anything()),
  isDefaultGateway: optional(anything()),
  vlan: optional(anything()),
  ipMasq: optional(anything()),
  macspoofchk: optional(anything()),
})

type Remains = Infer<typeof remainsKeys>

/** Whether the other end of a veth in the sandbox is, or was, a port of the configured bridge. */
export function isOfBridge({ call, host }: HostSite, link: Link): boolean {
  const port = findHostEnd(host, link)
  if (port === undefined) return false
  return port.controller === findBridge(host, readConfig(remainsKeys, call.rawConfig))?.index
}

function findBridge(host: Namespace, { bridge = defaultBridge }: Remains): Link | undefined {
  const link = typeof bridge === 'string' ? host.findLink(bridge) : undefined
  return link?.kind === 'bridge' ? link : undefined
}

/**
 * DEL: removes the link and the rules of this attachment, and the gateway of a VLAN that nobody is
 * in any more.
 *
 * Rules that are removed keep the kernel busy for a grace period (RCU), and so does a link; the one
 * that is waited for goes last. The guard stays as long as there is something to guard.
 */
export function releaseRemains(site: HostSite, removeLink: SweepStep): readonly SweepStep[] {
  const remains = readConfig(remainsKeys, site.call.rawConfig)
  const [place, owner] = [filterSite(site), filterOwner(site.call)]
  return [
    async () => {
      if (remains.ipMasq !== true) return
      const { removeMasquerade } = await import('#nft/masquerade.ts')
      await removeMasquerade(place, owner)
    },
    removeLink,
    async () => {
      if (remains.macspoofchk !== true) return
      const { removeSpoofGuard } = await import('#nft/spoof-guard.ts')
      removeSpoofGuard(place, owner)
    },
    () => releaseVlanGateway(site, remains),
  ]
}

/** GC: removes the rules of every attachment to the network that is not valid any more. */
export function collectRemains(site: HostSite, valid: readonly Attachment[]): readonly SweepStep[] {
  const { network, rawConfig } = site.call
  return [
    async () => {
      const { collectSpoofGuards } = await import('#nft/spoof-guard.ts')
      collectSpoofGuards(filterSite(site), network.name, valid)
    },
    async () => {
      const { collectMasquerades } = await import('#nft/masquerade.ts')
      await collectMasquerades(filterSite(site), network.name, valid)
    },
    () => releaseVlanGateway(site, readConfig(remainsKeys, rawConfig)),
  ]
}

async function releaseVlanGateway({ call, host }: HostSite, remains: Remains): Promise<void> {
  const { vlan } = remains
  const wasGateway = remains.isGateway === true || remains.isDefaultGateway === true
  if (!wasGateway || typeof vlan !== 'number' || vlan === 0) return
  const bridge = findBridge(host, remains)
  if (bridge === undefined) return
  await removeVlanGateway({ host, machine: call.host, bridge, vlan })
}
