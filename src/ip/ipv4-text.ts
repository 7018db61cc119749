/** The text of IPv4 addresses: four decimal octets. */

const longestText = '255.255.255.255'.length

/** The value of a dotted quad without leading zeros, or nothing when the text is none. */
export function findIpv4(text: string): bigint | undefined {
  if (text.length > longestText) return undefined
  const octets = text.split('.')
  if (octets.length !== 4) return undefined
  let value = 0
  for (const octet of octets) {
    const number = Number(octet)
    // A leading zero means octal to some programs and decimal to others (RFC 6943 §3.1.1).
    if (`${number}` !== octet || !(number >= 0 && number <= 255)) return undefined
    value = value * 256 + number
  }
  return BigInt(value)
}

/** `3232235777n` as `192.168.1.1`. */
export function formatIpv4(value: bigint): string {
  const bits = Number(value)
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.')
}
