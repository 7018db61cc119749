/** A host on a wire with a DHCP server, and a daemon of ours. */

import { type CallOutcome, pluginCommand } from './cni-call.ts'
import { type DhcpDaemon, startDhcpDaemon } from './dhcp-daemon.ts'
import {
  type DhcpServer,
  type DhcpServerKind,
  type DhcpServerSettings,
  startDhcpServer,
} from './dhcp-server.ts'
import { dnsmasq } from './dnsmasq.ts'
import { addressesOf } from './ipam-network.ts'
import type { Lab } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

export interface DhcpSegment {
  readonly host: LabNamespace
  /** The server's namespace; its end of the wire is `far0`. */
  readonly wire: LabNamespace
  readonly server: DhcpServer
  readonly daemon: DhcpDaemon
}

export interface DhcpSegmentRequest {
  /** dnsmasq when absent. */
  readonly kind?: DhcpServerKind
  readonly settings?: Partial<DhcpServerSettings>
  /** Of the daemon. */
  readonly flags?: readonly string[]
  /** The host's end of the wire; `eth0` when absent. */
  readonly link?: string
}

/** Everything runs when this returns. */
export async function startDhcpSegment(
  lab: Lab,
  { link = 'eth0', ...request }: DhcpSegmentRequest = {},
): Promise<DhcpSegment> {
  const host = lab.host()
  const wire = lab.cable(host, link)
  return { host, wire, ...(await serveDhcp(lab, { host, wire, ...request })) }
}

/** The same on a wire that is there. */
export async function serveDhcp(
  lab: Lab,
  {
    host,
    wire,
    kind = dnsmasq,
    settings = {},
    flags = [],
  }: Pick<DhcpSegment, 'host' | 'wire'> & Omit<DhcpSegmentRequest, 'link'>,
): Promise<Pick<DhcpSegment, 'server' | 'daemon'>> {
  const server = await startDhcpServer(lab, wire, { kind, settings })
  const daemon = await startDhcpDaemon(lab, host, { program: pluginCommand('dhcp'), flags })
  return { server, daemon }
}

/** A bridge `br0` on a host, with its end of the wire as a port. */
export function bridgeWire(host: LabNamespace): void {
  host.ip('link', 'add', 'br0', 'up', 'type', 'bridge')
  host.ip('link', 'set', 'eth0', 'master', 'br0')
}

/** The address of an ADD that has to have got one, without its prefix length. */
export function leasedAddress(added: CallOutcome): string {
  const [address] = addressesOf(added)
  if (address === undefined) {
    throw new Error(`find the address: ${added.stdout}; diagnostics ${added.stderr}`)
  }
  return address.replace(/\/\d+$/, '')
}
