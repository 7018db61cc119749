/** What a cluster has of one kind, kept up to date. */

import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { Stop } from '#ipam/whereabouts/controller/stop.ts'
import type { Cluster } from '#ipam/whereabouts/controller/stores/cluster.ts'
import { Backoff } from './backoff.ts'
import { isExpired, versionOf, type WatchEvent, watchEvents } from './watch-lines.ts'
import { listObjects, type Snapshot, type WatchedKind, watchRequest } from './watched-kind.ts'

export interface WatchSite {
  readonly cluster: Cluster
  readonly stop: Stop
  readonly log: Log
}

/** `listed`: all of them were read, and there may be any difference to before. */
export type Change = 'listed' | 'added' | 'changed' | 'removed'

const listTimeoutMs = 120_000
const connectTimeoutMs = 10_000
/** The server ends a watch after this time and some more; who hears nothing for longer has lost it. */
const watchSeconds = 240
const mostExtraSeconds = 60
const idleMs = 330_000
/** A kind that is not known may be installed at any time. */
const unknownPauseMs = 30_000

/** Lists once, then hears of every change; lists again when the cluster has forgotten where we were. */
export class WatchedSet<T> {
  readonly #kind: WatchedKind<T>
  readonly #site: WatchSite
  readonly #changed: (change: Change) => void
  readonly #backoff: Backoff
  #values = new Map<string, T>()
  #state: 'unread' | 'unknown' | 'known' = 'unread'
  /** What a watch has to begin with. */
  #version: string | undefined

  constructor(kind: WatchedKind<T>, site: WatchSite, changed: (change: Change) => void) {
    this.#kind = kind
    this.#site = site
    this.#changed = changed
    this.#backoff = new Backoff(site.cluster.host.random)
  }

  /** Whether all objects have been read, and the cluster knows the kind. */
  get isKnown(): boolean {
    return this.#state === 'known'
  }

  /** Whether the cluster has said what there is, were it that it does not know the kind. */
  get isRead(): boolean {
    return this.#state !== 'unread'
  }

  /** By their names. */
  get values(): ReadonlyMap<string, T> {
    return this.#values
  }

  /** Follows what happens until the end; never fails. */
  async follow(): Promise<void> {
    const { stop, log } = this.#site
    while (!stop.isOver) {
      try {
        const isWell = this.#version === undefined ? this.#list() : this.#watch(this.#version)
        if (await isWell) this.#backoff.reset()
        else await stop.wait(this.#backoff.nextMs())
      } catch (failure) {
        if (stop.isOver) return
        log(this.#kind.name, messageOf(failure))
        await stop.wait(this.#backoff.nextMs())
      }
    }
  }

  async #list(): Promise<boolean> {
    const { cluster } = this.#site
    using connection = await cluster.connect(listTimeoutMs)
    const { held: client } = connection
    const snapshot = await listObjects(client, this.#kind)
    if (snapshot !== undefined) this.#replace(snapshot)
    else await this.#becomeUnknown()
    return true
  }

  async #becomeUnknown(): Promise<void> {
    const wasUnknown = this.#state === 'unknown'
    this.#state = 'unknown'
    this.#values = new Map()
    if (!wasUnknown) {
      this.#site.log(this.#kind.name, 'the cluster has no such kind')
      this.#changed('listed')
    }
    await this.#site.stop.wait(unknownPauseMs)
  }

  #replace({ values, version }: Snapshot<T>): void {
    this.#values = values
    this.#version = version
    this.#state = 'known'
    this.#changed('listed')
  }

  /** Until the server ends it; whether it has said anything. */
  async #watch(version: string): Promise<boolean> {
    const { cluster } = this.#site
    using connection = await cluster.connect(connectTimeoutMs)
    const { held: client } = connection
    const seconds = watchSeconds + Math.floor(mostExtraSeconds * this.#backoff.fraction())
    using stream = await client.open(watchRequest(this.#kind, { version, seconds }), idleMs)
    if (stream.status !== 200) return this.#begin(stream.status)
    let isWell = false
    for await (const event of watchEvents(stream)) {
      if (isExpired(event)) return this.#begin(410)
      this.#take(event)
      isWell = true
    }
    return isWell
  }

  /** Has the next attempt begin with a list, when a watch was refused. */
  #begin(status: number): false {
    this.#version = undefined
    if (status !== 410 && status !== 404) throw new Error(`watch: HTTP status ${status}`)
    return false
  }

  #take(event: WatchEvent): void {
    const { type, object } = event
    if (type === 'ERROR') {
      this.#version = undefined
      throw new Error(`watch: ${JSON.stringify(object).slice(0, 500)}`)
    }
    this.#version = versionOf(object) ?? this.#version
    const item = type === 'BOOKMARK' ? undefined : this.#kind.read(object)
    if (item === undefined) return
    const wasThere = this.#values.has(item.key)
    if (type === 'DELETED') this.#values.delete(item.key)
    else this.#values.set(item.key, item.value)
    if (type !== 'DELETED') this.#changed(wasThere ? 'changed' : 'added')
    else if (wasThere) this.#changed('removed')
  }
}
