/** Frames of real DHCP exchanges, as tcpdump recorded them. */

import { readFileSync } from 'node:fs'
import { parseMac } from '#ip/mac.ts'
import { type EtherType, etherTypes, type ReceivedPacket } from '#kernel/packet-socket.ts'

/** A frame, and what it is: `DHCPOFFER`. */
export interface RecordedFrame extends ReceivedPacket {
  readonly title: string
}

const headerLength = 14

/** The frames of `test/fixtures/dhcp/NAME.hex`. Their UDP checksums are pending where the server sent. */
export function recordedFrames(name: string): readonly RecordedFrame[] {
  const url = new URL(`../fixtures/dhcp/${name}.hex`, import.meta.url)
  const [, ...sections] = readFileSync(url, 'utf8').split('\n## ')
  return sections.map(readFrame)
}

/** The first frame with a title. */
export function recordedFrame(name: string, title: string): RecordedFrame {
  const frame = recordedFrames(name).find((each) => each.title === title)
  if (frame === undefined) throw new Error(`no ${title} in the recording ${name}`)
  return frame
}

function readFrame(section: string): RecordedFrame {
  const [title = '', ...lines] = section.split('\n')
  const digits = lines.filter((line) => !line.startsWith('#')).join('')
  const bytes = Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
  const source = parseMac(
    Buffer.from(bytes.subarray(6, 12))
      .toString('hex')
      .replace(/..(?=.)/g, '$&:'),
  )
  const etherType = readEtherType(bytes)
  const payload = bytes.slice(headerLength)
  return { title, source, etherType, payload, isChecksumPending: source === '02:00:00:00:00:01' }
}

function readEtherType(frame: Uint8Array): EtherType {
  const number = Number(frame[12]) * 256 + Number(frame[13])
  const known = Object.values(etherTypes).find((each) => each === number)
  if (known === undefined) throw new Error(`a frame of the EtherType ${number}`)
  return known
}
