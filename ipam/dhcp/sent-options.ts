/** The options that a configuration has a client send. */

import { utf8Bytes } from '#base/bytes.ts'
import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { invalidCniArg } from '#cni/cni-args.ts'
import { findMac, type Mac } from '#ip/mac.ts'
import type { DhcpOptions } from './message/option-area.ts'
import { optionCodes } from './message/option-codes.ts'

/** An entry of `ipam.provide`. */
export interface ProvidedOption {
  readonly option: string
  readonly value?: string
  /** The key of `CNI_ARGS` that has the value. */
  readonly fromArg?: string
}

/** An entry of `ipam.request`. */
export interface RequestedOption {
  readonly option?: string
  /** Whether the defaults are not wanted: one entry speaks for all. */
  readonly skipDefault: boolean
}

/** What goes into every DHCPDISCOVER and DHCPREQUEST of a lease. */
export interface SentOptions {
  readonly provided: DhcpOptions
  /** The codes of option 55, each once. */
  readonly requested: readonly number[]
}

/** The names that the reference knows. */
const optionNames: ReadonlyMap<string, number> = new Map([
  ['dhcp-client-identifier', optionCodes.clientIdentifier],
  ['subnet-mask', optionCodes.subnetMask],
  ['routers', optionCodes.routers],
  ['host-name', optionCodes.hostName],
  ['user-class', optionCodes.userClass],
  ['vendor-class-identifier', optionCodes.vendorClass],
])

const longestValue = 255
const { routers, subnetMask, domainNameServers, domainName, domainSearch } = optionCodes
const addressingDefaults = [routers, subnetMask]
/** What else of a lease reaches the container. */
const furtherDefaults = [domainNameServers, domainName, domainSearch, optionCodes.interfaceMtu]
/** What the reference sends when a configuration wants nothing at all; the mask has to come. */
const leastRequest = [subnetMask, routers, domainName, domainNameServers]

/** What a message would not be itself with. */
const ownOptions: readonly number[] = [
  optionCodes.pad,
  optionCodes.requestedAddress,
  optionCodes.overload,
  optionCodes.messageType,
  optionCodes.serverIdentifier,
  optionCodes.end,
]

/**
 * The values of `ipam.provide` by their codes, as the bytes of their texts; the last of equal codes
 * wins, and a value in `CNI_ARGS`, `args`, beats the one beside its key.
 *
 * @throws ConfigError or, for a value in `CNI_ARGS`, CniError
 */
export function readProvided(list: readonly ProvidedOption[], args: string): DhcpOptions {
  const inArgs = splitArgs(args)
  const provided = new Map<number, Uint8Array>()
  list.forEach((entry, index) => {
    const path = ['ipam', 'provide', index]
    const code = readProvidedCode(entry.option, [...path, 'option'])
    const value = valueInArgs(entry, inArgs) ?? valueInConfig(entry, [...path, 'value'])
    if (value !== undefined) provided.set(code, value)
  })
  return provided
}

/**
 * The codes of `ipam.request`, then the defaults unless one entry does without. `addressingOnly`
 * leaves those to the reference's defaults.
 *
 * @throws ConfigError
 */
export function readRequested(
  list: readonly RequestedOption[],
  addressingOnly: boolean,
): readonly number[] {
  const named = list.flatMap(({ option }, index) =>
    option === undefined ? [] : [readOptionCode(option, ['ipam', 'request', index, 'option'])],
  )
  const furthers = addressingOnly ? [] : furtherDefaults
  const skipsDefaults = list.some(({ skipDefault }) => skipDefault)
  const defaults = skipsDefaults ? [] : [...addressingDefaults, ...furthers]
  const requested = [...new Set([...named, ...defaults])]
  return requested.length === 0 ? leastRequest : requested
}

function readProvidedCode(option: string, path: ConfigPath): number {
  const code = readOptionCode(option, path)
  if (!ownOptions.includes(code)) return code
  throw new ConfigError(path, 'an option that DHCP leaves to its users', describeFound(option))
}

function readOptionCode(option: string, path: ConfigPath): number {
  const named = optionNames.get(option)
  if (named !== undefined) return named
  if (/^[0-9]+$/.test(option) && Number(option) <= 255) return Number(option)
  const expected = `a number from 0 to 255 in a string, or one of ${[...optionNames.keys()].join(', ')}`
  throw new ConfigError(path, expected, describeFound(option))
}

/** `MAC` of `CNI_ARGS`, `args`; whether it is right is for the plugin to judge that makes the link. */
export function findMacArgument(args: string): Mac | undefined {
  return findMac(splitArgs(args).get('MAC') ?? '')
}

/** As the reference does: other plugins' pairs, and what is no pair, are passed over. */
function splitArgs(args: string): ReadonlyMap<string, string> {
  const pairs = args.split(';').filter((pair) => pair.includes('='))
  return new Map(
    pairs.map((pair) => {
      const separator = pair.indexOf('=')
      return [pair.slice(0, separator), pair.slice(separator + 1)]
    }),
  )
}

/** An empty value counts as none: no option of ours may be empty. */
function valueInArgs(
  { fromArg }: ProvidedOption,
  inArgs: ReadonlyMap<string, string>,
): Uint8Array | undefined {
  const text = fromArg === undefined ? undefined : inArgs.get(fromArg)
  if (fromArg === undefined || text === undefined || text === '') return undefined
  const value = utf8Bytes(text)
  if (value.length <= longestValue) return value
  throw invalidCniArg(fromArg, text, `an option takes ${longestValue} bytes, not ${value.length}`)
}

function valueInConfig({ value }: ProvidedOption, path: ConfigPath): Uint8Array | undefined {
  if (value === undefined) return undefined
  const bytes = utf8Bytes(value)
  if (bytes.length <= longestValue) return bytes
  throw new ConfigError(path, `${longestValue} bytes at most`, describeFound(value))
}
