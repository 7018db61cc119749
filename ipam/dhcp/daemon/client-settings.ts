/** A client's settings, from the order, the link and the daemon's flags. */

import { parseMac } from '#ip/mac.ts'
import type { ClientSettings } from '#ipam/dhcp/client/settings.ts'
import { clientIdentifier } from '#ipam/dhcp/client-identifier.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { Link } from '#kernel/link.ts'
import type { DaemonSite } from './daemon-site.ts'

const noMac = parseMac('00:00:00:00:00:00')

export function clientSettings(
  { wantsBroadcast, timing }: Pick<DaemonSite, 'wantsBroadcast' | 'timing'>,
  { key, options, conflictProbe }: LeaseOrder,
  { mac = noMac, mtu, kind }: Pick<Link, 'mac' | 'mtu' | 'kind'>,
): ClientSettings {
  return {
    mac,
    mtu,
    identifier: clientIdentifier(key.network, key),
    ...options,
    // Ipvlans share the hardware address; the kernel tells their packets apart by addresses, which
    // this link does not have yet.
    wantsBroadcast: wantsBroadcast || kind === 'ipvlan',
    conflictProbe,
    timing,
  }
}
