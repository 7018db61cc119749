/** The names of objects, which the original and we must spell alike to share them. */

import type { IpAddress } from '#ip/address.ts'
import type { PoolKey } from './pool.ts'

/** Of an IPPool: `10.0.0.0-8`, `fd00---64`, `blue-10.0.0.0-8`, `node1-10.1.2.0-24`, `blue-node1-10.1.2.0-24`. */
export function poolName({ networkName, node, range }: PoolKey): string {
  return [networkName, node, hyphenated(`${range}`)].filter(isNamed).join('-')
}

/** Of an OverlappingRangeIPReservation: `10.0.0.1`, `fd00--1`, `fd00--0` for `fd00::`, `blue-10.0.0.1`. */
export function reservationName(networkName: string | undefined, address: IpAddress): string {
  const text = `${address}`
  const whole = text.endsWith(':') ? `${text}0` : text
  return [networkName, hyphenated(whole)].filter(isNamed).join('-')
}

/** A text as a part of a name: `10.0.0.0-8` for `10.0.0.0/8`. */
export function hyphenated(text: string): string {
  return text.replaceAll(/[:/]/g, '-')
}

function isNamed(part: string | undefined): part is string {
  return part !== undefined && part !== ''
}
