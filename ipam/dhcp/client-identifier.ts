/** The name that a server knows an attachment by. */

import { utf8Bytes } from '#base/bytes.ts'
import type { Attachment } from '#cni/network-config.ts'
import { concatBytes } from './packet/bytes.ts'

/** RFC 2132 §9.14: what follows is no hardware address. */
const otherType = 0
const longestName = 254

/** The value of option 61: the reference's, so that servers give the same address to both. */
export function clientIdentifier(network: string, { containerId, ifName }: Attachment): Uint8Array {
  const name = utf8Bytes(`${containerId}/${network}/${ifName}`).subarray(0, longestName)
  return concatBytes([Uint8Array.of(otherType), name])
}
