/** Resolver settings from a file in the format of resolv.conf(5). */

import type { Dns } from '#cni/result.ts'

/**
 * Reads `nameserver`, `domain`, `search` and `options` lines. Name servers, search domains and
 * options add up over lines, as the reference plugin has it; of several domains the last one holds.
 * Everything else is passed over, and name servers are not checked to be addresses.
 */
export function parseResolvConf(text: string): Dns {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const valuesOf = (key: string): readonly (readonly string[])[] =>
    lines.filter(([first]) => first === key).map(([, ...values]) => values)
  const domain = valuesOf('domain').flatMap(firstOnly).at(-1)
  return {
    nameservers: valuesOf('nameserver').flatMap(firstOnly),
    ...(domain !== undefined && { domain }),
    search: valuesOf('search').flat(),
    options: valuesOf('options').flat(),
  }
}

/** What stands behind it, a comment perhaps, does not count. */
function firstOnly(values: readonly string[]): readonly string[] {
  return values.slice(0, 1)
}
