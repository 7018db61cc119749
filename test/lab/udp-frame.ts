/** Ethernet frames with UDP over IPv4 in them, as hexadecimal digits. */

/** What a test changes. */
export interface FrameFacts {
  readonly destination?: string
  readonly etherType?: string
  readonly port?: number
  /** The flags and the offset of a fragment. */
  readonly fragment?: number
}

const source = '02005e100099'

function digits(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}

/** A frame with a text, to everybody and port 68, from a sender of its own. Checksums are left out. */
export function udpFrame(text: string, facts: FrameFacts = {}): string {
  const { destination = 'ffffffffffff', etherType = '0800', port = 68, fragment = 0 } = facts
  const udpLength = 8 + text.length
  return [
    destination + source + etherType,
    `4500${digits(20 + udpLength, 4)}0000${digits(fragment, 4)}40110000`,
    '0a010201ffffffff', // from 10.1.2.1 to everybody
    `0043${digits(port, 4)}${digits(udpLength, 4)}0000`,
    Buffer.from(text, 'latin1').toString('hex'),
  ].join('')
}

/** The sender's hardware address. */
export const frameSource = '02:00:5e:10:00:99'
