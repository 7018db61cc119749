/** The checksum of IPv4 and UDP. */

/**
 * RFC 1071: the ones' complement sum of 16-bit words, of several parts as if they were one; all but the
 * last have an even length. It is 0 over bytes that contain their own correct checksum.
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = parts.reduce((total, part) => total + sumOfWords(part), 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** Exact for all that a packet can hold. */
function sumOfWords(bytes: Uint8Array): number {
  const { length } = bytes
  let sum = 0
  for (let index = 0; index < length; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) + (bytes[index + 1] ?? 0)
  }
  return sum
}
