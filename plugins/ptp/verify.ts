/** CHECK and STATUS of the ptp plugin. */

import type { Call } from '#cni/call.ts'
import { difference } from '#cni/difference.ts'
import type { Site } from '#cni/interface-plugin.ts'
import { filterSite } from '#cni/packet-filter.ts'
import { previousResult } from '#cni/previous-result.ts'
import { verifyHostLink } from '#cni/verify-host-link.ts'
import { promisedInterface, verifyAddresses, verifyRoutes } from '#cni/verify-interface.ts'
import { findHostEnd } from '#cni/veth.ts'
import type { Link } from '#kernel/link.ts'
import {
  addressPairs,
  addressRoutes,
  gatewayPrefixes,
  gatewayRoutes,
  networkRoutes,
} from './address-pair.ts'
import type { PtpConfig } from './config.ts'

/** What differs at both ends from what ADD does beside what its result says. */
export function verifyAttachment(site: Site<PtpConfig>, link: Link): readonly string[] {
  const { call, host, sandbox } = site
  const hostEnd = findHostEnd(host, link)
  if (hostEnd === undefined) return difference("the host's end of the link", 'a veth', undefined)
  const previous = previousResult(call)
  const pairs = addressPairs(promisedInterface(call, previous).ips)
  const routes = [...gatewayRoutes(link, pairs), ...networkRoutes(link, pairs)]
  return [
    ...verifyHostLink(previous, hostEnd),
    ...verifyAddresses(host, hostEnd, gatewayPrefixes(pairs)),
    ...verifyRoutes(host, hostEnd, addressRoutes(hostEnd, pairs)),
    ...verifyRoutes(sandbox, link, routes),
  ]
}

/** @throws CniError 50 when an ADD would fail */
export async function verifyReadiness(call: Call, { masquerades }: PtpConfig): Promise<void> {
  if (!masquerades) return
  using host = call.kernel.currentNamespace()
  const { requireMasqueradeBackend } = await import('#nft/masquerade.ts')
  await requireMasqueradeBackend(filterSite({ call, host }))
}
