/** The configuration keys of the vlan plugin. */

import { type Announcements, announceKey } from '#cni/announcements.ts'
import type { Call } from '#cni/call.ts'
import { mtuKey } from '#cni/ethernet-mtu.ts'
import type { MasterConfig } from '#cni/master.ts'
import { requireIpam } from '#cni/require-ipam.ts'
import { flag, linkName, wholeNumber } from '#schema/fields.ts'
import { fields, readConfig, type Schema, withDefault } from '#schema/schema.ts'

export interface VlanConfig extends MasterConfig {
  readonly master: string
  /** The number of the VLAN. */
  readonly id: number
  /** Bytes; 0 for the master's. */
  readonly mtu: number
  readonly announcements: Announcements
}

/** `VLAN_N_VID` of `<linux/if_vlan.h>` less one, which is reserved (IEEE 802.1Q). */
const largestId = 4094

interface Keys {
  readonly master: string
  readonly vlanId: number
  readonly mtu: number
  readonly linkInContainer: boolean
  readonly announce: Announcements
}

/** The schema of every key. */
export const vlanKeys: Schema<Keys> = fields({
  master: linkName(),
  vlanId: withDefault(wholeNumber(0, largestId), 0),
  mtu: mtuKey,
  linkInContainer: withDefault(flag(), false),
  announce: announceKey,
})

/** @throws ConfigError */
export function readVlanConfig(call: Call): VlanConfig {
  const { master, vlanId, mtu, linkInContainer, announce } = readConfig(vlanKeys, call.rawConfig)
  requireIpam(call)
  return { master, id: vlanId, mtu, isMasterInSandbox: linkInContainer, announcements: announce }
}
