/** Hardware addresses that nobody else has. */

import { hexOf } from '#base/bytes.ts'
import type { Random } from '#host/host.ts'
import { type Mac, parseMac } from '#ip/mac.ts'

/** One that is locally administered and of one link (IEEE 802, `eth_random_addr`). */
export function randomMac(random: Random): Mac {
  const [first = 0, ...rest] = random.bytes(6)
  return parseMac(hexOf(Uint8Array.of((first & 0xfe) | 0x02, ...rest), ':'))
}
