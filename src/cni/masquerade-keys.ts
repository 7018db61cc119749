/** The keys `ipMasq` and `ipMasqBackend` of plugins whose containers may leave with the host's address. */

import { flag, oneOf } from '#schema/fields.ts'
import { type OptionalSchema, optional, type Schema, withDefault } from '#schema/schema.ts'

type Backend = 'iptables' | 'nftables'

export interface MasqueradeKeys {
  readonly ipMasq: boolean
  /** Absent for one that works here. */
  readonly ipMasqBackend?: Backend
}

/** Their schemas. */
export const masqueradeKeys: {
  readonly ipMasq: Schema<boolean>
  readonly ipMasqBackend: OptionalSchema<Backend>
} = {
  ipMasq: withDefault(flag(), false),
  ipMasqBackend: optional(oneOf('iptables', 'nftables')),
}
