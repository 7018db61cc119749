/** What servers know a client by: DHCP unique identifiers, RFC 8415 section 11. */

import type { Attachment } from '#cni/network-config.ts'
import type { Digests } from '#host/host.ts'
import type { Mac } from '#ip/mac.ts'
import { concatBytes, macBytes, uint16Bytes } from '#ipam/dhcp/packet/bytes.ts'

/** RFC 8415 §11.1. */
const types = { linkLayer: 3, uuid: 4 } as const
/** `ARPHRD_ETHER` of `<linux/if_arp.h>`. */
const ethernet = 1
const uuidLength = 16
/** RFC 9562 §5.8: made as its maker likes. */
const ownVersion = 8

/** With its type, RFC 8415 §11.1. */
const lengths = { least: 3, most: 130 } as const

/** Whether the bytes can be a DUID of any type. */
export function isDuid({ length }: Uint8Array): boolean {
  return length >= lengths.least && length <= lengths.most
}

/**
 * A DUID-LL: a link that has its hardware address again has its IPv6 address again, whatever
 * container it is in.
 */
export function duidOfLink(mac: Mac): Uint8Array {
  return concatBytes([uint16Bytes(types.linkLayer), uint16Bytes(ethernet), macBytes(mac)])
}

/**
 * A DUID-UUID that an attachment always has and no other has, whatever its hardware address: a UUID of
 * version 8 (RFC 9562 §5.8), from a digest of the name by which DHCPv4 servers know it too.
 */
export function duidOfAttachment(
  network: string,
  { containerId, ifName }: Attachment,
  digests: Digests,
): Uint8Array {
  const digest = digests.sha512(`${containerId}/${network}/${ifName}`)
  const uuid = Uint8Array.from({ length: uuidLength }, (_, index) =>
    Number.parseInt(digest.slice(2 * index, 2 * index + 2), 16),
  )
  uuid[6] = ownVersion * 16 + (Number(uuid[6]) & 0x0f)
  uuid[8] = 0x80 | (Number(uuid[8]) & 0x3f)
  return concatBytes([uint16Bytes(types.uuid), uuid])
}
