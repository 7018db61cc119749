/** NodeSlicePools as they come from and go to the API. */

import type { NetworkDefinition } from '#ipam/whereabouts/controller/watch/kinds.ts'
import {
  apiVersion,
  type Kind,
  type Preconditions,
} from '#ipam/whereabouts/datastores/kubernetes/collection.ts'
import { slicesKind } from '#ipam/whereabouts/datastores/kubernetes/objects.ts'
import {
  type NodeSlices,
  readNodeSlices,
  toWireSlices,
} from '#ipam/whereabouts/ranges/node-slices.ts'
import { text } from '#schema/fields.ts'
import { fields, isObject, readConfig } from '#schema/schema.ts'

/** A NodeSlicePool that is there. */
export interface SliceObject {
  readonly name: string
  readonly conditions: Preconditions
  /** All of it, with what others have put there. */
  readonly metadata: Readonly<Record<string, unknown>>
  readonly slices: NodeSlices
}

const headSchema = fields({
  metadata: fields({ name: text(), uid: text(), resourceVersion: text() }),
})

export const sliceObjectKind: Kind<SliceObject> = { ...slicesKind, read: readSliceObject }

function readSliceObject(object: unknown): SliceObject {
  const { name, uid, resourceVersion } = readConfig(headSchema, object).metadata
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {}
  return { name, conditions: { uid, resourceVersion }, metadata, slices: readNodeSlices(object) }
}

/** By this a controller knows what it has made. */
const label = 'app.kubernetes.io/managed-by'
const ourselves = 'netwright-whereabouts-controller'

/** What `toSliceObject` writes beside the slices. */
export interface SlicePlace {
  readonly name: string
  /** Where the objects are. */
  readonly namespace: string
  readonly owners: readonly NetworkDefinition[]
}

/** A NodeSlicePool that is to be made, or to take the place of one of the same resource version. */
export function toSliceObject(
  slices: NodeSlices,
  place: SlicePlace,
  before: SliceObject | undefined,
): object {
  const { name } = place
  const labels = isObject(before?.metadata.labels) ? before.metadata.labels : { [label]: ourselves }
  const ownerReferences = referencesTo(place, before)
  const metadata = { ...before?.metadata, name, labels, ownerReferences }
  return { apiVersion, kind: slicesKind.name, metadata, ...toWireSlices(slices) }
}

/** Whether it is to go with the last network that wants it: a person may have made it for other ends. */
export function isOurs({ metadata }: SliceObject): boolean {
  const { labels } = metadata
  if (isObject(labels) && labels[label] === ourselves) return true
  return referencesIn(metadata).some(isToNetwork)
}

/** Whether all networks that are in the same namespace own it. */
export function hasOwners(object: SliceObject, place: SlicePlace): boolean {
  const uids = new Set(referencesIn(object.metadata).map(({ uid }) => uid))
  return place.owners.every(({ namespace, uid }) => namespace !== place.namespace || uids.has(uid))
}

type Reference = Readonly<Record<string, unknown>>

function referencesIn({ ownerReferences }: SliceObject['metadata']): readonly Reference[] {
  return Array.isArray(ownerReferences) ? ownerReferences.filter(isObject) : []
}

function isToNetwork({ kind }: Reference): boolean {
  return kind === 'NetworkAttachmentDefinition'
}

/** What is in another namespace cannot own anything: the cluster would take it for gone. */
function referencesTo(
  { namespace, owners }: SlicePlace,
  before: SliceObject | undefined,
): readonly Reference[] {
  const known = before === undefined ? [] : referencesIn(before.metadata)
  const near = owners.filter((owner) => owner.namespace === namespace)
  const uids = new Set<unknown>(near.map(({ uid }) => uid))
  const kept = known.filter((each) => !isToNetwork(each) || uids.has(each.uid))
  const added = near
    .filter(({ uid }) => !kept.some((each) => each.uid === uid))
    .map(({ name, uid }) => ({
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      ...{ name, uid },
    }))
  const hasController = kept.some(({ controller }) => controller === true)
  // Without `blockOwnerDeletion`, which some clusters let nobody set who may not change networks.
  const all = [...kept, ...added]
  return all.map((each, index) =>
    index === 0 && !hasController ? { ...each, controller: true } : each,
  )
}
