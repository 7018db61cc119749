/** A link as a result tells of it. */

import type { Link } from '#kernel/link.ts'
import type { ResultInterface } from './result.ts'

/** @param sandbox the path of its namespace; absent for a link of the host */
export function describeLink({ name, mac, mtu }: Link, sandbox?: string): ResultInterface {
  return {
    name,
    mtu,
    ...(mac === undefined ? {} : { mac }),
    ...(sandbox === undefined ? {} : { sandbox }),
  }
}
