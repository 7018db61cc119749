/** How many addresses a version has room for. */

import { ConfigError, type ConfigPath } from '#base/config-error.ts'
import type { IpFamily } from '#ip/address.ts'
import { type CniVersion, isAtLeast } from './version.ts'

/** Addresses that a result is to have, and where they are configured. */
export interface PlannedAddresses {
  readonly families: readonly IpFamily[]
  readonly path: ConfigPath
  readonly version: CniVersion
}

/** Before 0.3.0 a result has no room for a second address of a family. @throws ConfigError */
export function requireRoom({ families, path, version }: PlannedAddresses): void {
  if (isAtLeast(version, '0.3.0')) return
  for (const family of [4, 6]) {
    const count = families.filter((each) => each === family).length
    if (count <= 1) continue
    const expected = `one IPv${family} address at most before cniVersion 0.3.0`
    throw new ConfigError(path, expected, `${count} with cniVersion ${version}`)
  }
}
