/** The hardware address that somebody wants an interface to have. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import { findMac, type Mac } from '#ip/mac.ts'
import { mac } from '#schema/fields.ts'
import { fields, type OptionalSchema, optional } from '#schema/schema.ts'
import { invalidCniArg, readCniArgs } from './cni-args.ts'

/** What `macKeys` hold. */
export interface MacKeys {
  readonly mac?: Mac
  readonly runtimeConfig?: { readonly mac?: Mac }
}

/** The schemas of the keys that `chooseMac` looks at. */
export const macKeys: {
  readonly [Key in keyof Required<MacKeys>]: OptionalSchema<Required<MacKeys>[Key]>
} = {
  mac: optional(mac()),
  runtimeConfig: optional(fields({ mac: optional(mac()) })),
}

/**
 * The hardware address that the runtime wants, else that of `CNI_ARGS`, else that of the configuration.
 *
 * @throws ConfigError; CniError 4 when `args`, the text of `CNI_ARGS`, is not what it must be
 */
export function chooseMac(keys: MacKeys, args: string): Mac | undefined {
  return (
    unicastMac(keys.runtimeConfig?.mac, 'runtimeConfig', 'mac') ??
    readMacArgument(args) ??
    unicastMac(keys.mac, 'mac')
  )
}

/**
 * `MAC` of `CNI_ARGS`. An empty value counts as none, as it does in the reference plugins.
 *
 * @throws CniError 4 when `args`, the text of `CNI_ARGS`, is not what it must be
 */
export function readMacArgument(args: string): Mac | undefined {
  const value = readCniArgs(args, ['MAC']).get('MAC')
  if (value === undefined || value === '') return undefined
  const found = findMac(value)
  if (found === undefined || !isUnicast(found)) {
    throw invalidCniArg('MAC', value, `address ${value}: invalid MAC address`)
  }
  return found
}

/** The value of the key at `path`, if it has one. @throws ConfigError when no link can have it */
export function unicastMac(found: Mac | undefined, ...path: readonly string[]): Mac | undefined {
  if (found === undefined || isUnicast(found)) return found
  throw new ConfigError(path, 'the hardware address of one link', describeFound(found))
}

/** `is_valid_ether_addr` of `<linux/etherdevice.h>`: neither of a group nor zero. */
function isUnicast(address: Mac): boolean {
  const isOfGroup = (Number.parseInt(address.slice(0, 2), 16) & 1) === 1
  return !isOfGroup && address !== '00:00:00:00:00:00'
}
