/** static: the addresses that the configuration or the runtime names, and no others. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from '#cni/call.ts'
import { ipamPlugin } from '#cni/ipam-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import type { ResultIp } from '#cni/result.ts'
import { readStaticConfig } from './config.ts'

/** DEL and GC have nothing to give back, so that they read nothing. */
export const staticIpam: Plugin = ipamPlugin({
  type: 'static',
  readConfig: () => undefined,
  allocate: async (call) => ({ interfaces: [], ...readStaticConfig(call) }),
  release: async () => {},
  check,
  collect: async () => {},
  status: async (call) => {
    readStaticConfig(call)
  },
})

/**
 * Compares the gateways of those addresses that the ADD gave. That it gave one at all is between the
 * interface and its result: a configuration may be edited while containers run.
 */
async function check(call: Call): Promise<void> {
  const { ips } = readStaticConfig(call)
  // Loaded on demand: few runtimes ever check.
  const { previousResult } = await import('#cni/previous-result.ts')
  const given = previousResult(call).ips
  for (const ip of ips) requireGateway(call, ip, given)
}

function requireGateway(call: Call, { address, gateway }: ResultIp, given: readonly ResultIp[]) {
  const found = given.find((ip) => ip.address.address.equals(address.address))
  if (gateway === undefined || found === undefined || found.gateway?.equals(gateway)) return
  const msg = `static: Failed to match addr ${address.address} on interface ${call.ifName}`
  const details = `gateway: expected ${gateway}, found ${found.gateway ?? 'none'}`
  throw new CniError(cniErrorCodes.internal, msg, details)
}
