/** CHECK: whether a link of the host is the one that the result of an ADD tells. */

import { findMac } from '#ip/mac.ts'
import type { Link } from '#kernel/link.ts'
import { difference, listed } from './difference.ts'
import type { Result } from './result.ts'

/** It has to be in the result, with the hardware address that it has, if that is compared. */
export function verifyHostLink(
  { interfaces }: Result,
  { name, mac }: Pick<Link, 'name' | 'mac'>,
): string[] {
  const onHost = interfaces.filter(({ sandbox }) => sandbox === undefined || sandbox === '')
  const promised = onHost.find((one) => one.name === name)
  if (promised === undefined) {
    return [`prevResult: expected ${name}, found ${listed(onHost.map((one) => one.name))}`]
  }
  const expected = promised.mac === undefined ? undefined : findMac(promised.mac)
  const isCompared = expected !== undefined && mac !== undefined
  return isCompared ? difference(`mac of ${name}`, expected, mac) : []
}
