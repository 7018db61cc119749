/**
 * Giving back a lease of DHCPv4 late.
 *
 * No server answers a DHCPRELEASE, so nobody knows whether one has been heard. But a server that is
 * asked whether the lease is still good (INIT-REBOOT) answers, and then hears the other as well.
 */

import { DhcpClient } from '#ipam/dhcp/client/dhcp-client.ts'
import { dhcpPorts } from '#ipam/dhcp/client/packets.ts'
import { type Lease, momentsOf } from '#ipam/dhcp/lease/lease.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import { clientSettings } from './client-settings.ts'
import type { ReleaseContext, ReleaseMethod, ReleaseOutcome } from './release-method.ts'

/** RFC 791: what every link takes. */
const leastMtu = 576
/** Nobody waits for the answer. */
const timing = { firstWaitMs: 1000, longestWaitMs: 2000, budgetMs: 60_000 }

export function release4({ order, place }: LeaseRecord, lease: Lease): ReleaseMethod {
  return {
    port: dhcpPorts.client,
    address: `${lease.address.address}`,
    expiryAtMs: momentsOf(lease)?.expiryAtMs ?? Infinity,
    begin: (context) => {
      const { site } = context
      const settings = clientSettings(site, order, { mac: place.mac, mtu: leastMtu })
      // Nobody has the address any more, or the hardware address, so that answers must go to all.
      return begin(context, { ...settings, wantsBroadcast: true, timing }, lease)
    },
  }
}

function begin(
  { site, transport, report }: ReleaseContext,
  settings: ConstructorParameters<typeof DhcpClient>[0],
  lease: Lease,
): DhcpClient {
  const { clock, random } = site.host
  let isOver = false
  const finish = (outcome: ReleaseOutcome) => {
    isOver = true
    report(outcome)
  }
  const client = new DhcpClient(
    settings,
    { isLinkUp: true, hasBudget: false, lease },
    {
      // Once there is an answer, nothing but the release is to be said.
      transport: { send: (packet) => (isOver ? undefined : transport.send(packet)) },
      clock,
      random,
      alarms: { start: (ms, ring) => clock.startTimer(ms, ring) },
      user: {
        hold: (held) => {
          if (held === lease) finish('silent')
          // A client is not to be told to end from within.
          else
            clock.startTimer(0, () => {
              client.release()
              finish('given back')
            })
        },
        lose: (_, loss) => finish(loss === 'expired' ? 'expired' : 'unknown to its server'),
        fail: () => finish('silent'),
      },
    },
  )
  return client
}
