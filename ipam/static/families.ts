/** How many addresses a version has room for. */

import { ConfigError } from '#base/config-error.ts'
import type { ResultIp } from '#cni/result.ts'
import { type CniVersion, isAtLeast } from '#cni/version.ts'

/** Before 0.3.0 a result has no room for a second address of a family. @throws ConfigError */
export function requireVersionFor(ips: readonly ResultIp[], version: CniVersion): void {
  if (isAtLeast(version, '0.3.0')) return
  for (const family of [4, 6]) {
    const count = ips.filter(({ address }) => address.address.family === family).length
    if (count <= 1) continue
    const expected = `one IPv${family} address at most before cniVersion 0.3.0`
    throw new ConfigError(['ipam', 'addresses'], expected, `${count} with cniVersion ${version}`)
  }
}
