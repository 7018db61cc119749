/** Which slots have addresses that pods have. */

import type { ListedPool } from '#ipam/whereabouts/controller/reconcile/findings.ts'
import { hyphenated } from '#ipam/whereabouts/pool/names.ts'

/** Whose pools are meant. */
export interface SliceNames {
  readonly networkName: string | undefined
  /** Of networks that pools may be called after. */
  readonly otherNetworks: ReadonlySet<string>
  /** Nodes that are there, or have slots. */
  readonly nodes: ReadonlySet<string>
}

/**
 * Slots and the nodes that have addresses of them, by the pools of nodes: `NETWORK-NODE-SLOT`, or
 * `NODE-SLOT` without a network name. What is before the slot and begins with another network's name is
 * a node's only if there is one of the name.
 */
export function heldSlots(
  pools: readonly ListedPool[],
  names: SliceNames,
): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  for (const { name, key, taken } of pools) {
    if (taken.size === 0) continue
    const prefix = name.slice(0, -hyphenated(`${key.range}`).length - 1)
    const node = findNode(prefix, names)
    if (node !== undefined) held.set(`${key.range}`, node)
  }
  return held
}

function findNode(prefix: string, { networkName, otherNetworks, nodes }: SliceNames) {
  if (networkName !== undefined) {
    return prefix.startsWith(`${networkName}-`) ? prefix.slice(networkName.length + 1) : undefined
  }
  if (prefix === '' || nodes.has(prefix)) return prefix || undefined
  const isOthers = [...otherNetworks].some((other) => `${prefix}-`.startsWith(`${other}-`))
  return isOthers ? undefined : prefix
}
