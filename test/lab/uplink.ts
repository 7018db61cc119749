/** A machine beside a host, with networks of their own, that reaches the host's pods through it. */

import type { Lab } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

/** Networks for pods, by the families they are of. */
export const podNetworks = {
  IPv4: ['10.1.2.0/24'],
  IPv6: ['fd00:5::/64'],
  'dual stack': ['10.1.2.0/24', 'fd00:5::/64'],
} as const

export type Families = keyof typeof podNetworks

export const familiesOf: Readonly<Record<Families, readonly (4 | 6)[]>> = {
  IPv4: [4],
  IPv6: [6],
  'dual stack': [4, 6],
}

export const everyFamilies: readonly Families[] = ['IPv4', 'IPv6', 'dual stack']

/** What host-local gives the pods of these networks, by family, and their gateways. */
export const podAddresses = {
  4: { gateway: '10.1.2.1', first: '10.1.2.2', second: '10.1.2.3', third: '10.1.2.4' },
  6: { gateway: 'fd00:5::1', first: 'fd00:5::2', second: 'fd00:5::3', third: 'fd00:5::4' },
} as const

/** An address of each family. */
interface Addresses {
  readonly 4: string
  readonly 6: string
}

/** The addresses at both ends of the cable. */
export const uplink: { readonly host: Addresses; readonly far: Addresses } = {
  host: { 4: '192.0.2.1', 6: '2001:db8::1' },
  far: { 4: '192.0.2.2', 6: '2001:db8::2' },
}

/** Cables a machine to a host's `eth0`; it is returned, and its end is `far0`. */
export function connectUplink(lab: Lab, host: LabNamespace): LabNamespace {
  const far = lab.cable(host, 'eth0')
  for (const [space, link, addresses] of [
    [host, 'eth0', uplink.host],
    [far, 'far0', uplink.far],
  ] as const) {
    space.ip('address', 'add', `${addresses[4]}/24`, 'dev', link)
    space.ip('address', 'add', `${addresses[6]}/64`, 'dev', link, 'nodad')
  }
  for (const network of podNetworks['dual stack']) {
    far.ip('route', 'add', network, 'via', uplink.host[network.includes(':') ? 6 : 4])
  }
  return far
}

/** `text` as a regular expression that matches itself. */
export function literally(text: string): string {
  return text.replaceAll('.', '\\.')
}
