/** The configuration keys of the tap plugin. */

import { mtuKey } from '#cni/ethernet-mtu.ts'
import { chooseMac, type MacKeys, macKeys } from '#cni/hardware-address.ts'
import type { InterfaceConfig } from '#cni/interface-plugin.ts'
import type { Mac } from '#ip/mac.ts'
import { flag, interfaceName, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'

export interface TapConfig extends InterfaceConfig {
  /** Whether a program can open it several times, for a queue each. */
  readonly isMultiQueue: boolean
  /** Bytes; 0 for the kernel's default. */
  readonly mtu: number
  /** What the link shall have; absent for one of the kernel's choice. */
  readonly mac?: Mac
  /** The number of the user who may open it. */
  readonly owner?: number
  /** The number of the group that may open it. */
  readonly group?: number
  /** The SELinux label that it gets; absent for that of this process. */
  readonly label?: string
  /** Name of the bridge in the sandbox that it is a port of. */
  readonly bridge?: string
}

/** The number after it means nobody: `uid_valid` of the kernel. */
const largestId = 0xfffffffe

const bridgeName = { ...interfaceName(), emptyIsAbsent: true }

interface Keys extends MacKeys {
  readonly multiQueue: boolean
  readonly mtu: number
  readonly owner?: number
  readonly group?: number
  readonly selinuxContext?: string
  readonly bridge?: string
}

/** The schema of every key. */
export const tapKeys: Schema<Keys> = fields({
  multiQueue: withDefault(flag(), false),
  mtu: mtuKey,
  owner: optional(wholeNumber(0, largestId)),
  group: optional(wholeNumber(0, largestId)),
  selinuxContext: optional({ ...text(), emptyIsAbsent: true }),
  bridge: optional(bridgeName),
  ...macKeys,
})

/** @throws ConfigError; CniError 4 when `args`, the text of `CNI_ARGS`, is not what it must be */
export function readTapConfig(raw: unknown, args: string): TapConfig {
  const keys = readConfig(tapKeys, raw)
  const { multiQueue, mtu, owner, group, selinuxContext: label, bridge } = keys
  const mac = chooseMac(keys, args)
  return {
    isMultiQueue: multiQueue,
    mtu,
    ...(mac === undefined ? {} : { mac }),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(label === undefined ? {} : { label }),
    ...(bridge === undefined ? {} : { bridge }),
  }
}
