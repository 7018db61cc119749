/** The objects of one kind in a namespace of a cluster. */

import { ConfigError } from '#base/config-error.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import { type ApiAnswer, isAbsent, isSuccess } from './answer.ts'
import type { ApiRequest, KubernetesClient } from './client.ts'
import { type Page, type Part, pageQuery, readPart } from './list-part.ts'
import type { PatchOperation } from './pool-patch.ts'

/** A kind of objects. */
export interface Kind<T> {
  /** `IPPool` */
  readonly name: string
  /** What it is called in paths: `ippools`. */
  readonly plural: string
  /** @throws ConfigError for an object that is none of the kind */
  readonly read: (object: unknown) => T
}

/** Which of all objects of one name is meant, and in which state. */
export interface Preconditions {
  readonly uid: string
  readonly resourceVersion: string
}

/** Of all kinds. */
export const apiVersion = 'whereabouts.cni.cncf.io/v1alpha1'

/**
 * Methods that write return nothing when it is done, and an error when it is not because somebody
 * else has written the same meanwhile.
 *
 * @throws DatastoreError from every method
 */
export class KubernetesCollection<T> {
  readonly #client: KubernetesClient
  readonly #kind: Kind<T>
  readonly #path: string

  constructor(client: KubernetesClient, kind: Kind<T>) {
    this.#client = client
    this.#kind = kind
    const namespace = encodeURIComponent(client.namespace)
    this.#path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.plural}`
  }

  /** The object of this name, or nothing when there is none. */
  async find(name: string): Promise<T | undefined> {
    const request = { ...this.#named('read', name), method: 'GET' } as const
    const answer = await this.#client.request(request)
    return isAbsent(answer, name) ? undefined : this.#read(request, answer, this.#kind.read)
  }

  /** Creates an object. */
  async create(name: string, object: object): Promise<DatastoreError | undefined> {
    const { attempt } = this.#named('create', name)
    const request = { attempt, path: this.#path, method: 'POST', body: object } as const
    return await this.#write(request, ({ status }) => status === 409)
  }

  /** Changes an object; it is in the way, too, if it is not there. */
  async patch(
    name: string,
    operations: readonly PatchOperation[],
  ): Promise<DatastoreError | undefined> {
    const contentType = 'application/json-patch+json'
    const change = { method: 'PATCH', body: operations, contentType, brief: 'object' } as const
    return await this.#write({ ...this.#named('change', name), ...change }, (answer) => {
      // 422 is what the API says of a test that failed.
      return answer.status === 409 || answer.status === 422 || isAbsent(answer, name)
    })
  }

  /** Puts an object in the place of the one of its resource version. */
  async replace(name: string, object: object): Promise<DatastoreError | undefined> {
    const request = { ...this.#named('replace', name), method: 'PUT', body: object } as const
    return await this.#write(request, (answer) => answer.status === 409 || isAbsent(answer, name))
  }

  /** Removes an object; that it is gone is success. */
  async remove(name: string, preconditions: Preconditions): Promise<DatastoreError | undefined> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions }
    const request = { ...this.#named('remove', name), method: 'DELETE', body } as const
    const answer = await this.#client.request(request)
    if (isAbsent(answer, name)) return undefined
    return this.#written(request, answer, ({ status }) => status === 409)
  }

  /** All objects, as few as `pageSize` at a time. */
  async listAll(pageSize: number, brief?: 'list'): Promise<readonly T[]> {
    let items: T[] = []
    for (let rest: string | undefined; ; ) {
      const page = { limit: pageSize, ...(rest !== undefined && { rest }) }
      const part = await this.#listPart(page, brief)
      // The API remembers for some minutes what a list is a part of; then it is begun anew.
      items = part === undefined ? [] : [...items, ...part.items]
      rest = part?.rest
      if (part !== undefined && rest === undefined) return items
    }
  }

  /** Passes when objects may be listed. */
  async probe(): Promise<void> {
    await this.#listPart({ limit: 1 })
  }

  /** Part of all objects; nothing when the API has forgotten the part. */
  async #listPart(page: Page, brief?: 'list'): Promise<Part<T> | undefined> {
    const attempt = `list ${this.#kind.name}s in namespace ${this.#client.namespace}`
    const path = `${this.#path}?${pageQuery(page)}`
    const request = { attempt, path, method: 'GET', ...(brief && { brief }) } as const
    const answer = await this.#client.request(request)
    if (answer.status === 410) return undefined
    return this.#read(request, answer, (list) => readPart(list, this.#kind.read))
  }

  #named(verb: string, name: string): { readonly attempt: string; readonly path: string } {
    const attempt = `${verb} ${this.#kind.name} ${this.#client.namespace}/${name}`
    return { attempt, path: `${this.#path}/${encodeURIComponent(name)}` }
  }

  async #write(
    request: ApiRequest,
    isConflict: (answer: ApiAnswer) => boolean,
  ): Promise<DatastoreError | undefined> {
    return this.#written(request, await this.#client.request(request), isConflict)
  }

  #written(
    request: ApiRequest,
    answer: ApiAnswer,
    isConflict: (answer: ApiAnswer) => boolean,
  ): DatastoreError | undefined {
    if (isSuccess(answer)) return undefined
    const refusal = this.#client.refusal(request, answer)
    if (isConflict(answer)) return refusal
    throw refusal
  }

  #read<R>(request: ApiRequest, answer: ApiAnswer, read: (object: unknown) => R): R {
    if (!isSuccess(answer)) throw this.#client.refusal(request, answer)
    try {
      return read(answer.object)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const where = `${request.attempt} at ${this.#client.origin}`
      throw new DatastoreError('refused', `${where}: ${error.message}`, error)
    }
  }
}
