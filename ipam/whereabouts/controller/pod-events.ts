/** Events of pods, in which users look for what became of them. */

import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import { isSuccess } from '#ipam/whereabouts/datastores/kubernetes/answer.ts'
import type { ApiRequest } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import { findAddressAt } from '#ipam/whereabouts/ranges/address-range.ts'
import type { StaleAllocation } from './reconcile/findings.ts'
import type { Cluster } from './stores/cluster.ts'

const timeoutMs = 15_000
/** Of a run: a thousand pods that go at a time are no news of a single one. */
const mostEvents = 100

/** What happened to an address of a pod. */
interface Incident {
  readonly podRef: string
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/** Best effort: nobody waits for an event, and none is sent twice. */
export class PodEvents {
  readonly #cluster: Cluster
  readonly #log: Log
  #waiting: Incident[] = []

  constructor(cluster: Cluster, log: Log) {
    this.#cluster = cluster
    this.#log = log
  }

  /** In the original's words, which people look for. */
  freed({ pool, offset, podRef }: StaleAllocation): void {
    if (podRef === undefined) return
    const address = findAddressAt(pool.key.range, offset)
    const message = `successful cleanup of IP address [${address}] from network ${pool.name}`
    this.#add({ podRef, type: 'Normal', reason: 'IPAddressGarbageCollected', message })
  }

  failed({ podRef }: StaleAllocation, why: string): void {
    if (podRef === undefined) return
    const message = `failed to garbage collect addresses for pod ${podRef}: ${why}`
    this.#add({ podRef, type: 'Warning', reason: 'IPAddressGarbageCollectionFailed', message })
  }

  #add(incident: Incident): void {
    if (this.#waiting.length < mostEvents) this.#waiting.push(incident)
  }

  /** Sends what has happened since the last time; never fails. */
  async send(): Promise<void> {
    const incidents = this.#waiting
    this.#waiting = []
    if (incidents.length === 0) return
    try {
      using connection = await this.#cluster.connect(timeoutMs)
      const { held: client } = connection
      for (const incident of incidents) {
        const request = this.#requestOf(incident)
        const answer = await client.request(request)
        if (!isSuccess(answer)) throw client.refusal(request, answer)
      }
    } catch (failure) {
      this.#log('events', messageOf(failure))
    }
  }

  #requestOf({ podRef, type, reason, message }: Incident): ApiRequest {
    const { clock, random } = this.#cluster.host
    const [namespace = '', name = ''] = podRef.split('/')
    const time = new Date(clock.wallMs()).toISOString().replace(/\.\d+/, '')
    const suffix = [...random.bytes(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, longestName)}.${suffix}`, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name },
      ...{ type, reason, message: message.slice(0, longestMessage), count: 1 },
      ...{ firstTimestamp: time, lastTimestamp: time, source: { component: 'whereabouts' } },
    }
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
    return { attempt: `create Event of pod ${podRef}`, method: 'POST', path, body }
  }
}

/** What the API takes. */
const longestName = 230
const longestMessage = 1_000
