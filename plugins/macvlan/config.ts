/** The configuration keys of the macvlan plugin. */

import { type Announcements, announceKey } from '#cni/announcements.ts'
import { mtuKey } from '#cni/ethernet-mtu.ts'
import { chooseMac, type MacKeys, macKeys } from '#cni/hardware-address.ts'
import { type MasterConfig, masterKey } from '#cni/master.ts'
import type { Mac } from '#ip/mac.ts'
import { flag, oneOf, wholeNumber } from '#schema/fields.ts'
import { fields, readConfig, type Schema, withDefault } from '#schema/schema.ts'

export type MacvlanPluginMode = 'bridge' | 'private' | 'vepa' | 'passthru'

export interface MacvlanConfig extends MasterConfig {
  readonly mode: MacvlanPluginMode
  /** Bytes; 0 for the master's. */
  readonly mtu: number
  /** What the link shall have; absent for one of the kernel's choice. */
  readonly mac?: Mac
  /** Frames; 0 for the kernel's default. */
  readonly broadcastQueueLength: number
  readonly announcements: Announcements
}

const largestUint32 = 0xffffffff

const modeSchema = oneOf('bridge', 'private', 'vepa', 'passthru')

interface Keys extends MacKeys {
  readonly master?: string
  readonly mode: MacvlanPluginMode
  readonly mtu: number
  readonly linkInContainer: boolean
  readonly bcqueuelen: number
  readonly announce: Announcements
}

/** The schema of every key. */
export const macvlanKeys: Schema<Keys> = fields({
  master: masterKey,
  mode: withDefault({ ...modeSchema, emptyIsAbsent: true }, 'bridge'),
  mtu: mtuKey,
  linkInContainer: withDefault(flag(), false),
  bcqueuelen: withDefault(wholeNumber(0, largestUint32), 0),
  announce: announceKey,
  ...macKeys,
})

/** @throws ConfigError; CniError 4 when `args`, the text of `CNI_ARGS`, is not what it must be */
export function readMacvlanConfig(raw: unknown, args: string): MacvlanConfig {
  const keys = readConfig(macvlanKeys, raw)
  const chosenMac = chooseMac(keys, args)
  return {
    mode: keys.mode,
    mtu: keys.mtu,
    isMasterInSandbox: keys.linkInContainer,
    broadcastQueueLength: keys.bcqueuelen,
    announcements: keys.announce,
    ...(keys.master === undefined ? {} : { master: keys.master }),
    ...(chosenMac === undefined ? {} : { mac: chosenMac }),
  }
}
