/** The checksum of IPv4 and UDP. */

/**
 * RFC 1071: the ones' complement sum of 16-bit words. It is 0 over bytes that contain their own
 * correct checksum.
 */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0
  bytes.forEach((byte, index) => {
    sum += index % 2 === 0 ? byte << 8 : byte
  })
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
