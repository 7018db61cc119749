/** The name that a server knows an attachment by. */

import { utf8Bytes } from '#base/bytes.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { Mac } from '#ip/mac.ts'
import { concatBytes, macBytes } from './packet/bytes.ts'

/** RFC 2132 §9.14: what follows is no hardware address. */
const otherType = 0
const longestName = 254
/** `ARPHRD_ETHER` */
const ethernetType = 1

/** The value of option 61: the reference's, so that servers give the same address to both. */
export function clientIdentifier(network: string, { containerId, ifName }: Attachment): Uint8Array {
  const name = utf8Bytes(`${containerId}/${network}/${ifName}`).subarray(0, longestName)
  return concatBytes([Uint8Array.of(otherType), name])
}

/** The value of option 61 for a link that is known by its hardware address (RFC 2132 §9.14). */
export function hardwareIdentifier(mac: Mac): Uint8Array {
  return concatBytes([Uint8Array.of(ethernetType), macBytes(mac)])
}
