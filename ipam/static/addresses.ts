/** Which of the addresses that a call names in several places are the attachment's. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import type { ResultIp } from '#cni/result.ts'
import {
  type ConfiguredAddress,
  prefixExpectation,
  readAddressArguments,
  readConfiguredAddress,
} from '#cni/static-addresses.ts'
import { findIpPrefix } from '#ip/prefix.ts'

/** All places where addresses are named. */
export interface AddressSources {
  readonly configured: readonly ConfiguredAddress[]
  /** `IP` and `GATEWAY` of `CNI_ARGS`. */
  readonly arguments: ReadonlyMap<string, string>
  /** `args.cni.ips` */
  readonly inArgs: readonly string[]
  /** `runtimeConfig.ips` */
  readonly inRuntimeConfig: readonly string[]
}

/**
 * The addresses of the runtime if it names any, else those of `args`, else those of `ipam` followed by
 * those of `CNI_ARGS`. What is named for one call is read even where it does not count, as whoever
 * named it should know that it is wrong; `ipam` may hold what is replaced for every attachment.
 *
 * @throws ConfigError or, for `CNI_ARGS`, CniError
 */
export function chooseAddresses(sources: AddressSources): readonly ResultIp[] {
  const ofArguments = readAddressArguments(sources.arguments)
  const ofArgs = readRequests(sources.inArgs, ['args', 'cni', 'ips'])
  const ofRuntime = readRequests(sources.inRuntimeConfig, ['runtimeConfig', 'ips'])
  if (ofRuntime.length > 0) return ofRuntime
  if (ofArgs.length > 0) return ofArgs
  const configured = sources.configured.map((entry, index) =>
    readConfiguredAddress(entry, ['ipam', 'addresses', index]),
  )
  return [...configured, ...ofArguments]
}

function readRequests(texts: readonly string[], path: ConfigPath): readonly ResultIp[] {
  return texts.map((text, index) => {
    const address = findIpPrefix(text)
    if (address !== undefined) return { address }
    throw new ConfigError([...path, index], prefixExpectation, describeFound(text))
  })
}
