/** Plugins whose interfaces are of no use without addresses. */

import { ConfigError } from '#base/config-error.ts'
import type { Call } from './call.ts'

/** @throws ConfigError when no IPAM plugin is configured */
export function requireIpam({ network }: Call): void {
  if (network.ipamType !== undefined) return
  throw new ConfigError(['ipam', 'type'], 'the name of an IPAM plugin', 'nothing')
}
