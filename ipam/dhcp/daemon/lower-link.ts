/** The link of the host that the packets of a link in a sandbox take. */

import { findHostEnd } from '#cni/veth.ts'
import type { LeasePlace } from '#ipam/dhcp/record/lease-record.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'

/**
 * The link that a macvlan, an ipvlan or a VLAN is built on, or the bridge that the other end of a veth
 * is a port of: what remains when the link goes, and leads to the same servers.
 */
export function findLowerLink(host: Namespace, link: Link): Link | undefined {
  const end = findHostEnd(host, link)
  if (end !== undefined)
    return end.controller === undefined ? undefined : host.findLink(end.controller)
  if (link.kind === 'veth' || link.parent === undefined) return undefined
  return link.parentNamespaceId === undefined ? undefined : host.findLink(link.parent)
}

/** The same later, or the link itself where it has come back to the host. */
export function findWayOut(host: Namespace, { mac, lower }: LeasePlace): Link | undefined {
  const links = host.listLinks()
  const returned = links.find((link) => link.mac === mac && link.isUp)
  return returned ?? links.find(({ index, isUp }) => index === lower && isUp)
}
