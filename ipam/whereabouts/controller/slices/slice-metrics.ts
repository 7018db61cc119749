/** How many slices there are, and how many of them are nodes'. */

import type { Metric } from '#ipam/whereabouts/controller/metrics.ts'
import type { NodeSlices } from '#ipam/whereabouts/ranges/node-slices.ts'

export function sliceMetrics(
  known: ReadonlyMap<string, NodeSlices>,
  nodes: ReadonlySet<string>,
): readonly Metric[] {
  const gauge = (name: string, help: string, count: (slices: NodeSlices) => number): Metric => ({
    name: `whereabouts_${name}`,
    kind: 'gauge',
    help,
    samples: [...known].map(([pool, slices]) => ({
      labels: { pool, range: slices.range },
      value: count(slices),
    })),
  })
  return [
    gauge('node_slices', 'Slices that a range is cut into.', ({ slots }) => slots.length),
    gauge('node_slices_assigned', "Slices that are nodes'.", countAssigned),
    gauge('nodes_without_slice', 'Nodes for which there is no slice.', (slices) => {
      const served = new Set(slices.slots.map(({ node }) => node))
      return [...nodes].filter((node) => !served.has(node)).length
    }),
  ]
}

function countAssigned({ slots }: NodeSlices): number {
  return slots.filter(({ node }) => node !== '').length
}
