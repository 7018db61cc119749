/** The key `dns` of plugins that pass on the resolver settings of the IPAM plugin. */

import { anything } from '#schema/fields.ts'
import { fields, optional, type Schema, withDefault } from '#schema/schema.ts'

const entries = {
  nameservers: optional(anything()),
  search: optional(anything()),
  options: optional(anything()),
  domain: optional({ ...anything(), emptyIsAbsent: true }),
}
const dns = fields(entries)

/**
 * Whether the configuration has resolver settings of its own, an empty list being one, too: then all
 * of them replace those of the IPAM plugin.
 */
export const ownDnsKey: Schema<boolean> = withDefault(
  { entries, read: (value, position) => Object.keys(dns.read(value, position)).length > 0 },
  false,
)
