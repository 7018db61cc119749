/** Ranges as this node may give of them: all of each, or its slice. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { NodeDatastore } from '#ipam/whereabouts/desk/node-datastore.ts'
import { type AddressRange, narrowed } from './address-range.ts'
import { findSlice, slicesName } from './node-slices.ts'

/** Who asks for slices of which network; absent where ranges have none. */
export interface SliceSettings {
  /** The network name, or the name of the CNI network. */
  readonly network: string
  readonly node: string
}

/** The ranges, each as its slice. @throws CniError 11 when the node has no slice yet, DatastoreError */
export async function resolveRanges(
  datastore: NodeDatastore,
  ranges: readonly AddressRange[],
  settings: SliceSettings | undefined,
): Promise<readonly AddressRange[]> {
  if (settings === undefined) return ranges
  const { node } = settings
  const resolved: AddressRange[] = []
  for (const [index, range] of ranges.entries()) {
    const name = slicesName(settings.network, range.subnet, index)
    const slices = await datastore.findNodeSlices(name)
    const slice = slices && findSlice(slices, node)
    if (slice === undefined) throw new NoSliceError(node, name)
    resolved.push(narrowed(range, { node, range: slice }))
  }
  return resolved
}

/** In the original's words, which people look for. */
export class NoSliceError extends CniError {
  constructor(node: string, name: string) {
    const msg = `no allocated node slice for node ${node} in ${name}`
    super(cniErrorCodes.tryAgainLater, msg, 'the controller assigns slices to nodes')
  }
}
