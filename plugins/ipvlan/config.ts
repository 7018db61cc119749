/** The configuration keys of the ipvlan plugin. */

import { type Announcements, announceKey, silence } from '#cni/announcements.ts'
import { mtuKey } from '#cni/ethernet-mtu.ts'
import { masterKey } from '#cni/master.ts'
import type { IpvlanFlag, IpvlanMode } from '#kernel/link.ts'
import { flag, oneOf } from '#schema/fields.ts'
import { fields, readConfig, type Schema, withDefault } from '#schema/schema.ts'

export interface IpvlanConfig {
  /** Name of the link to build on; absent for that of the chain or the default route. */
  readonly master?: string
  /** Whether the master is looked up in the sandbox instead of the host. */
  readonly isMasterInSandbox: boolean
  readonly mode: IpvlanMode
  readonly flag: IpvlanFlag
  /** Bytes, whatever the master has; 0 for the master's. */
  readonly ownMtu: number
  readonly announcements: Announcements
}

const modeSchema = oneOf('l2', 'l3', 'l3s')
const flagSchema = oneOf('bridge', 'private', 'vepa')

interface Keys {
  readonly master?: string
  readonly mode: IpvlanMode
  readonly flag: IpvlanFlag
  readonly mtu: number
  readonly linkInContainer: boolean
  readonly announce: Announcements
}

/** The schema of every key. */
export const ipvlanKeys: Schema<Keys> = fields({
  master: masterKey,
  mode: withDefault({ ...modeSchema, emptyIsAbsent: true }, 'l2'),
  flag: withDefault({ ...flagSchema, emptyIsAbsent: true }, 'bridge'),
  mtu: mtuKey,
  linkInContainer: withDefault(flag(), false),
  announce: announceKey,
})

/** @throws ConfigError */
export function readIpvlanConfig(raw: unknown): IpvlanConfig {
  const { master, mode, flag, mtu, linkInContainer, announce } = readConfig(ipvlanKeys, raw)
  return {
    mode,
    flag,
    ownMtu: mtu,
    isMasterInSandbox: linkInContainer,
    // In the other modes an ipvlan has no neighbours: IFF_NOARP (ipvlan_open).
    announcements: mode === 'l2' ? announce : silence,
    ...(master === undefined ? {} : { master }),
  }
}
