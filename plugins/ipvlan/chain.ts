/** What an ipvlan takes from the plugins before it in a list: its master and its addresses. */

import { ConfigError } from '#base/config-error.ts'
import type { Assignment } from '#cni/add-interface.ts'
import type { Call } from '#cni/call.ts'
import { listed } from '#cni/difference.ts'
import { requireIpam } from '#cni/require-ipam.ts'
import type { Result, ResultInterface } from '#cni/result.ts'
import type { IpvlanConfig } from './config.ts'

/**
 * The configuration with the master that the list has made, if it names none itself.
 *
 * @throws ConfigError when there is not just one that it can be
 */
export function withChainedMaster(
  config: IpvlanConfig,
  previous: Result | undefined,
): IpvlanConfig {
  if (config.master !== undefined || previous === undefined) return config
  const named = previous.interfaces.filter(({ name }) => name !== '')
  const [only, ...others] = named
  const isOutOfReach = only?.sandbox !== undefined && !config.isMasterInSandbox
  if (only === undefined || others.length > 0 || isOutOfReach) throw noSingleMaster(named, config)
  return { ...config, master: only.name }
}

function noSingleMaster(
  named: readonly ResultInterface[],
  { isMasterInSandbox }: IpvlanConfig,
): ConfigError {
  const home = isMasterInSandbox ? 'the sandbox' : 'the host'
  const expected = `a single link, of ${home}, to be the master; or the key master`
  const found = named.map(({ name, sandbox }) => `${name} in ${sandbox ?? 'the host'}`)
  return new ConfigError(['prevResult', 'interfaces'], expected, listed(found))
}

/**
 * The addresses of the list, where no IPAM plugin gives any.
 *
 * @throws ConfigError when there are none either
 */
export function findChainedAddresses(
  call: Call,
  previous: Result | undefined,
): Assignment | undefined {
  if (call.network.ipamType !== undefined) return undefined
  if (previous === undefined || previous.ips.length === 0) requireIpam(call)
  return previous
}
