/** What the values of options mean. What is malformed counts as absent. */

import type { IpAddress } from '#ip/address.ts'
import { readDomainNames } from '#ipam/dhcp/message/domain-names.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { findUint32, printable } from '#ipam/dhcp/message/option-values.ts'
import { ipv6Length, readIpv6, viewOf } from '#ipam/dhcp/packet/bytes.ts'
import { isDuid } from '#ipam/dhcp/v6/duid.ts'
import { optionCodes6, statusCodes, statusNames } from './option-codes.ts'

/** Option 13: how something went. */
export interface Status {
  /** One of `statusCodes`, or another that servers have. */
  readonly code: number
  /** `NoAddrsAvail: the pool is empty` */
  readonly text: string
}

const maxPreference = 255
/** RFC 8415 §21.24, in seconds. */
const solicitMaxRtRange = { least: 60, most: 86_400 } as const

/** The status of a message, an association or an address; to say nothing means success. */
export function statusOf(options: DhcpOptions): Status {
  const value = options.get(optionCodes6.status)
  if (value === undefined || value.length < 2) {
    return { code: statusCodes.success, text: 'Success' }
  }
  const code = viewOf(value).getUint16(0)
  const name = statusNames[code] ?? `status ${code}`
  const reason = printable(value.subarray(2))
  return { code, text: reason === '' ? name : `${name}: ${reason}` }
}

/** Option 1 or 2. */
export function findDuid(options: DhcpOptions, code: number): Uint8Array | undefined {
  const value = options.get(code)
  return value !== undefined && isDuid(value) ? value : undefined
}

/** Option 7: the higher, the more a server wants to be chosen. */
export function preferenceOf(options: DhcpOptions): number {
  const value = options.get(optionCodes6.preference)
  return value?.length === 1 ? (value[0] ?? 0) : 0
}

/** Whether nobody else may be waited for (RFC 8415 §18.2.1). */
export function isMostPreferred(options: DhcpOptions): boolean {
  return preferenceOf(options) === maxPreference
}

/** Option 82: no wait between two SOLICITs is longer. */
export function findSolicitMaxMs(options: DhcpOptions): number | undefined {
  const seconds = findUint32(options, optionCodes6.solicitMaxRt) ?? 0
  const { least, most } = solicitMaxRtRange
  return seconds >= least && seconds <= most ? seconds * 1000 : undefined
}

/** Option 23. */
export function listDnsServers(options: DhcpOptions): readonly IpAddress[] {
  const value = options.get(optionCodes6.dnsServers) ?? new Uint8Array()
  if (value.length % ipv6Length !== 0) return []
  const count = value.length / ipv6Length
  return Array.from({ length: count }, (_, index) => readIpv6(value, index * ipv6Length))
}

/** Option 24. */
export function listSearchDomains6(options: DhcpOptions): readonly string[] {
  return readDomainNames(options.get(optionCodes6.domainSearch) ?? new Uint8Array())
}
