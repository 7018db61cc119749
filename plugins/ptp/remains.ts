/** What is left of attachments outside of their sandboxes, and goes with DEL and GC. */

import type { SweepStep } from '#base/collect-failures.ts'
import type { HostSite } from '#cni/interface-plugin.ts'
import type { Attachment } from '#cni/network-config.ts'
import { filterOwner, filterSite } from '#cni/packet-filter.ts'
import { findHostEnd } from '#cni/veth.ts'
import type { Link } from '#kernel/link.ts'
import { anything } from '#schema/fields.ts'
import { fields, optional, readConfig } from '#schema/schema.ts'

/** Of a configuration that an ADD was refused for nothing is left, so no value is refused here. */
const remainsKeys = fields({ ipMasq: optional(anything()) })

/** Whether a veth leads to the host itself, not to one of its bridges. */
export function leadsToHost({ host }: HostSite, link: Link): boolean {
  const hostEnd = findHostEnd(host, link)
  if (hostEnd?.controller === undefined) return hostEnd !== undefined
  return host.findLink(hostEnd.controller)?.kind !== 'bridge'
}

/**
 * DEL: removes the link and the rules of this attachment.
 *
 * Both keep the kernel busy for a grace period (RCU); the one that is waited for goes last.
 */
export function releaseRemains(site: HostSite, removeLink: SweepStep): readonly SweepStep[] {
  const { ipMasq } = readConfig(remainsKeys, site.call.rawConfig)
  const removeRules = async () => {
    const { removeMasquerade } = await import('#nft/masquerade.ts')
    await removeMasquerade(filterSite(site), filterOwner(site.call))
  }
  return ipMasq === true ? [removeRules, removeLink] : [removeLink]
}

/** GC: removes the rules of every attachment to the network that is not valid any more. */
export function collectRemains(site: HostSite, valid: readonly Attachment[]): readonly SweepStep[] {
  return [
    async () => {
      const { collectMasquerades } = await import('#nft/masquerade.ts')
      await collectMasquerades(filterSite(site), site.call.network.name, valid)
    },
  ]
}
