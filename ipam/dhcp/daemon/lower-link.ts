/** The link of the host that the packets of a link in a sandbox take. */

import { SystemError } from '#base/system-error.ts'
import { findHostEnd } from '#cni/veth.ts'
import type { LeasePlace } from '#ipam/dhcp/record/lease-record.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'

/**
 * The link that a macvlan, an ipvlan or a VLAN is built on, or the bridge that the other end of a veth
 * is a port of: what remains when the link goes, and leads to the same servers.
 */
export function findLowerLink(host: Namespace, link: Link): Link | undefined {
  if (link.parent === undefined || link.parentNamespaceId === undefined) return undefined
  if (link.kind !== 'veth') return host.findLink(link.parent)
  const controller = findHostEnd(host, link)?.controller
  return controller === undefined ? undefined : host.findLink(controller)
}

/** The same later, or the link itself where it has come back to the host. @throws SystemError */
export function findWayOut(host: Namespace, { mac, lower }: LeasePlace): Link {
  const links = host.listLinks().filter(({ isUp }) => isUp)
  const found = links.find((link) => link.mac === mac) ?? links.find(({ index }) => index === lower)
  if (found !== undefined) return found
  const object = `for ${mac} in ${host.path}`
  const text = 'no such device'
  const detail = 'neither the link nor what it was built on is there and up'
  throw new SystemError({ operation: 'find link', object, errno: 19, code: 'ENODEV', text, detail })
}
