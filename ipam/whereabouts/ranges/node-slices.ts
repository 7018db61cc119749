/** Node slices: a range of which each node has a part to itself, so that nodes do not meet. */

import { findIpPrefix, type IpPrefix } from '#ip/prefix.ts'
import { hyphenated } from '#ipam/whereabouts/pool/names.ts'
import { listOf, text } from '#schema/fields.ts'
import { fields, readConfig, type Schema, withDefault } from '#schema/schema.ts'

/** What a NodeSlicePool says. */
export interface NodeSlices {
  /** The whole range. */
  readonly range: string
  /** `/24` or `24`, as it was configured. */
  readonly sliceSize: string
  readonly slots: readonly Slot[]
}

export interface Slot {
  /** Whose it is; empty when it is free. */
  readonly node: string
  readonly range: string
}

/**
 * What the slices of a network are called: those of the first range as with the original, those of a
 * further range after it.
 */
export function slicesName(network: string, range: IpPrefix, index: number): string {
  return index === 0 ? network : `${network}-${hyphenated(`${range}`)}`
}

/** The slice of a node, or nothing when it has none, or none that makes sense. */
export function findSlice({ slots }: NodeSlices, node: string): IpPrefix | undefined {
  const slot = slots.find((each) => each.node === node)
  return slot && findIpPrefix(slot.range)
}

interface WireSlices {
  readonly spec: { readonly range: string; readonly sliceSize: string }
  readonly status: {
    readonly allocations: readonly { readonly nodeName: string; readonly sliceRange: string }[]
  }
}

const slotKeys = fields({ nodeName: withDefault(text(), ''), sliceRange: text() })
const statusKeys = fields({ allocations: withDefault(listOf(slotKeys), []) })
const slicesKeys: Schema<WireSlices> = fields({
  spec: fields({ range: text(), sliceSize: text() }),
  status: withDefault(statusKeys, { allocations: [] }),
})

/** `spec` and `status` of a NodeSlicePool. @throws ConfigError */
export function readNodeSlices(object: unknown): NodeSlices {
  const { spec, status } = readConfig(slicesKeys, object)
  const slots = status.allocations.map(({ nodeName, sliceRange }) => {
    return { node: nodeName, range: sliceRange }
  })
  return { ...spec, slots }
}

/** What `readNodeSlices` reads. */
export function toWireSlices({ range, sliceSize, slots }: NodeSlices): object {
  const allocations = slots.map(({ node, range: sliceRange }) => ({ nodeName: node, sliceRange }))
  return { spec: { range, sliceSize }, status: { allocations } }
}
