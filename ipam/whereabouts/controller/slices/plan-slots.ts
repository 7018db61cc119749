/** Which node has which slot. */

import type { Slot } from '#ipam/whereabouts/ranges/node-slices.ts'

export interface SlotSituation {
  /** As it is; empty where there are no slots yet. */
  readonly current: readonly Slot[]
  /** What the slots are to be, in ascending order. */
  readonly wanted: readonly string[]
  /** The nodes that are there. */
  readonly nodes: Iterable<string>
  /** Whether a node has been away for so long that its slot may be another's. */
  readonly isGone: (node: string) => boolean
  /** Nodes with addresses of a slot. */
  readonly holders: ReadonlyMap<string, string>
}

export type SlotPlan =
  /** A slot with addresses that somebody has is not wanted any more. */
  | { readonly kind: 'refused'; readonly slot: Slot }
  | {
      readonly kind: 'planned'
      readonly slots: readonly Slot[]
      /** Nodes for which there is no slot. */
      readonly without: readonly string[]
      /** Nodes that are not there and whose slots nobody else may have yet. */
      readonly waitingFor: readonly string[]
    }

/**
 * A node keeps what it has as long as it is there, and longer while its pods' addresses are in the pool
 * of the slot. Nodes without a slot take the first that are free.
 */
export function planSlots(situation: SlotSituation): SlotPlan {
  const { current, wanted, nodes, isGone, holders } = situation
  const isWanted = new Set(wanted)
  const lost = current.find(({ range }) => !isWanted.has(range) && holders.has(range))
  if (lost !== undefined) return { kind: 'refused', slot: lost }
  const owners = new Map(current.map(({ range, node }) => [range, node]))
  const present = new Set(nodes)
  const slots = wanted.map((range) => {
    const owner = owners.get(range) ?? ''
    const isKept = owner !== '' && (present.has(owner) || !isGone(owner))
    return { range, node: isKept ? owner : (holders.get(range) ?? '') }
  })
  return { kind: 'planned', ...assign(slots, present) }
}

function assign(slots: readonly Slot[], present: ReadonlySet<string>) {
  const served = new Set(slots.map(({ node }) => node))
  const unserved = [...present].filter((node) => !served.has(node)).sort()
  const assigned = slots.map(({ range, node }) => {
    return { range, node: node === '' ? (unserved.shift() ?? '') : node }
  })
  const waitingFor = [...served].filter((node) => node !== '' && !present.has(node))
  return { slots: assigned, without: unserved, waitingFor }
}
