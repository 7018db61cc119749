/** Kinds of objects that are followed, and how a cluster is asked for them. */

import { isSuccess } from '#ipam/whereabouts/datastores/kubernetes/answer.ts'
import type {
  ApiRequest,
  KubernetesClient,
} from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import { pageQuery, readPart } from '#ipam/whereabouts/datastores/kubernetes/list-part.ts'

/** A kind of objects, and what to remember of each. */
export interface WatchedKind<T> {
  /** For logs: `Pods`. */
  readonly name: string
  /** `/api/v1/pods` */
  readonly path: string
  /** Whether `metadata` is all that is read of an object. */
  readonly isMetadataOnly: boolean
  /** Under which name, and what; nothing for what is of no interest. */
  readonly read: (object: unknown) => { readonly key: string; readonly value: T } | undefined
}

/** All objects by their names, at a version of the cluster's state. */
export interface Snapshot<T> {
  readonly values: Map<string, T>
  readonly version: string
}

/** How many objects one answer has at most: objects may be large. */
const pageSize = 250

/**
 * Reads all objects. Nothing when the cluster does not know the kind.
 *
 * @throws DatastoreError
 */
export async function listObjects<T>(
  client: KubernetesClient,
  kind: WatchedKind<T>,
): Promise<Snapshot<T> | undefined> {
  const values = new Map<string, T>()
  for (let rest: string | undefined; ; ) {
    const request = listRequest(kind, rest)
    const answer = await client.request(request)
    if (answer.status === 404) return undefined
    if (!isSuccess(answer)) throw client.refusal(request, answer)
    const part = readPart(answer.object, kind.read)
    for (const item of part.items) if (item !== undefined) values.set(item.key, item.value)
    rest = part.rest
    if (rest === undefined) return { values, version: part.version }
  }
}

function listRequest<T>(kind: WatchedKind<T>, rest: string | undefined): ApiRequest {
  const page = { limit: pageSize, ...(rest !== undefined && { rest }) }
  return requestOf(kind, { attempt: 'list', brief: 'list', query: pageQuery(page) })
}

/** The request for what happens from a version on, and for that long. */
export function watchRequest<T>(
  kind: WatchedKind<T>,
  { version, seconds }: { readonly version: string; readonly seconds: number },
): ApiRequest {
  const end = `timeoutSeconds=${seconds}&resourceVersion=${encodeURIComponent(version)}`
  const query = `watch=true&allowWatchBookmarks=true&${end}`
  return requestOf(kind, { attempt: 'watch', brief: 'object', query })
}

interface Question {
  readonly attempt: string
  readonly brief: 'list' | 'object'
  readonly query: string
}

function requestOf<T>(kind: WatchedKind<T>, { attempt, brief, query }: Question): ApiRequest {
  const path = `${kind.path}?${query}`
  const request = { attempt: `${attempt} ${kind.name}`, method: 'GET', path } as const
  return kind.isMetadataOnly ? { ...request, brief } : request
}
