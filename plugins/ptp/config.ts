/** The configuration keys of the ptp plugin. */

import type { Call } from '#cni/call.ts'
import { mtuKey } from '#cni/ethernet-mtu.ts'
import type { InterfaceConfig } from '#cni/interface-plugin.ts'
import { type MasqueradeKeys, masqueradeKeys } from '#cni/masquerade-keys.ts'
import { ownDnsKey } from '#cni/own-dns.ts'
import { requireIpam } from '#cni/require-ipam.ts'
import { fields, readConfig, type Schema } from '#schema/schema.ts'

export interface PtpConfig extends InterfaceConfig {
  readonly masquerades: boolean
  /** Absent for one that works here. */
  readonly masqueradeBackend: MasqueradeKeys['ipMasqBackend']
  /** Bytes, of both ends; 0 for the kernel's default. */
  readonly mtu: number
  /** Whether the resolver settings of this configuration replace those of the IPAM plugin. */
  readonly suppliesDns: boolean
}

interface Keys extends MasqueradeKeys {
  readonly mtu: number
  readonly dns: boolean
}

/** The schema of every key. */
export const ptpKeys: Schema<Keys> = fields({ ...masqueradeKeys, mtu: mtuKey, dns: ownDnsKey })

/** @throws ConfigError, also when no IPAM plugin is configured */
export function readPtpConfig(call: Call): PtpConfig {
  requireIpam(call)
  const keys = readConfig(ptpKeys, call.rawConfig)
  return {
    masquerades: keys.ipMasq,
    masqueradeBackend: keys.ipMasqBackend,
    mtu: keys.mtu,
    suppliesDns: keys.dns,
  }
}
