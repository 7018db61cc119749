/** The configuration keys of the macvlan plugin. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import { invalidCniArg, readCniArgs } from '#cni/cni-args.ts'
import { findMac, type Mac } from '#ip/mac.ts'
import { flag, mac, oneOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, withDefault } from '#schema/schema.ts'

export type MacvlanPluginMode = 'bridge' | 'private' | 'vepa' | 'passthru'

export interface MacvlanConfig {
  /** Name of the link to build on; absent for that of the default route. */
  readonly master?: string
  readonly mode: MacvlanPluginMode
  /** Bytes; 0 for the master's. */
  readonly mtu: number
  /** What the link shall have; absent for one of the kernel's choice. */
  readonly mac?: Mac
  /** Whether the master is looked up in the sandbox instead of the host. */
  readonly isMasterInSandbox: boolean
  /** Frames; 0 for the kernel's default. */
  readonly broadcastQueueLength: number
}

/** `ETH_MIN_MTU` and `ETH_MAX_MTU` of `<linux/if_ether.h>`, the limits of a macvlan. */
const smallestMtu = 68
const largestMtu = 65535
const largestUint32 = 0xffffffff

const runtimeConfig = fields({ mac: optional(mac()) })
const mode = oneOf('bridge', 'private', 'vepa', 'passthru')
const schema = fields({
  master: optional({ ...text(), emptyIsAbsent: true }),
  mode: withDefault({ ...mode, emptyIsAbsent: true }, 'bridge'),
  mtu: withDefault(wholeNumber(0, largestMtu), 0),
  mac: optional(mac()),
  linkInContainer: withDefault(flag(), false),
  bcqueuelen: withDefault(wholeNumber(0, largestUint32), 0),
  runtimeConfig: optional(runtimeConfig),
})

/** @throws ConfigError; CniError 4 when `args`, the text of `CNI_ARGS`, is not what it must be */
export function readMacvlanConfig(raw: unknown, args: string): MacvlanConfig {
  const keys = readConfig(schema, raw)
  requireLinkName(keys.master)
  requirePossibleMtu(keys.mtu)
  const chosenMac =
    unicastMac(keys.runtimeConfig?.mac, 'runtimeConfig', 'mac') ??
    readMacArgument(args) ??
    unicastMac(keys.mac, 'mac')
  return {
    mode: keys.mode,
    mtu: keys.mtu,
    isMasterInSandbox: keys.linkInContainer,
    broadcastQueueLength: keys.bcqueuelen,
    ...(keys.master === undefined ? {} : { master: keys.master }),
    ...(chosenMac === undefined ? {} : { mac: chosenMac }),
  }
}

/** `ALTIFNAMSIZ` of `<linux/if.h>` without the terminating zero: a link may have longer names too. */
const longestName = 127

function requireLinkName(name: string | undefined): void {
  if (name === undefined || (name.length <= longestName && !/[\0\s/]/.test(name))) return
  throw new ConfigError(['master'], 'the name of a link', describeFound(name))
}

function requirePossibleMtu(mtu: number): void {
  if (mtu === 0 || mtu >= smallestMtu) return
  const expected = `0 or a whole number from ${smallestMtu} to ${largestMtu}`
  throw new ConfigError(['mtu'], expected, `${mtu}`)
}

/** An empty value counts as none, as it does in the reference plugin. */
function readMacArgument(args: string): Mac | undefined {
  const value = readCniArgs(args, ['MAC']).get('MAC')
  if (value === undefined || value === '') return undefined
  const found = findMac(value)
  if (found === undefined || !isUnicast(found)) {
    throw invalidCniArg('MAC', value, `address ${value}: invalid MAC address`)
  }
  return found
}

function unicastMac(found: Mac | undefined, ...path: readonly string[]): Mac | undefined {
  if (found === undefined || isUnicast(found)) return found
  throw new ConfigError(path, 'the hardware address of one link', describeFound(found))
}

/** `is_valid_ether_addr` of `<linux/etherdevice.h>`: neither of a group nor zero. */
function isUnicast(address: Mac): boolean {
  const isOfGroup = (Number.parseInt(address.slice(0, 2), 16) & 1) === 1
  return !isOfGroup && address !== '00:00:00:00:00:00'
}
