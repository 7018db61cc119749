/** The reference plugins of Debian, Go 1.1.1, as partners of a comparison. */

import { goPlugins, type Lab } from './lab.ts'
import type { CallOptions } from './pod.ts'

/** Whose plugins are called. */
export type Side = 'ours' | 'Go'

/** Who adds, and who deletes. */
export const directions = [
  ['ours', 'Go'],
  ['Go', 'ours'],
] as const

/** How a runtime calls a plugin of one side, which finds the same side's IPAM plugins. */
export function calling(lab: Lab, side: Side, type: string): CallOptions {
  if (side === 'Go') return { plugin: `${goPlugins}/${type}`, path: [goPlugins] }
  return { plugin: type, path: [lab.pluginFolder()] }
}

/** Every row of a table with every pair of sides. */
export function eachDirection<T>(table: readonly (readonly [string, T])[]) {
  return directions.flatMap(([first, second]) =>
    table.map(([what, one]) => [first, what, second, one] as const),
  )
}

/** The versions that both know. */
export const versions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0'] as const

/**
 * A result of Go 1.1.1 as a later one would tell it, which is how we tell it: from 1.0.0 on there is
 * no `dns` without anything in it.
 */
export function modern(result: unknown): unknown {
  const { cniVersion, dns, ...rest } = Object(result)
  const isEmpty = Object.keys(Object(dns)).length === 0
  return { cniVersion, ...rest, ...(cniVersion === '1.0.0' && isEmpty ? {} : { dns }) }
}
