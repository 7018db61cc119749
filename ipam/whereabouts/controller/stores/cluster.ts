/** A cluster, as a daemon asks it: for as long as it lives, with a time limit for each piece of work. */

import type { Host } from '#host/host.ts'
import type { Stop } from '#ipam/whereabouts/controller/stop.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import type { AccessSource } from '#ipam/whereabouts/datastores/kubernetes/access.ts'
import { KubernetesClient } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import { openCluster } from '#ipam/whereabouts/datastores/kubernetes.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { Hold } from './hold.ts'

export class Cluster {
  readonly host: Host
  readonly #source: AccessSource
  readonly #stop: Stop

  /** Whoever waits for the cluster when it is the end hears no more of it. */
  constructor(host: Host, source: AccessSource, stop: Stop) {
    this.host = host
    this.#source = source
    this.#stop = stop
  }

  /**
   * Connects for a piece of work, as whoever we are now: tokens change.
   *
   * @throws DatastoreError
   */
  async connect(timeoutMs: number): Promise<Hold<KubernetesClient>> {
    const deadline = new Deadline(this.host, timeoutMs)
    return new Hold(await KubernetesClient.open(this.host, this.#source, deadline), this.#stop)
  }

  /** The same, as a datastore. @throws DatastoreError */
  async open(timeoutMs: number): Promise<Hold<Datastore>> {
    const deadline = new Deadline(this.host, timeoutMs)
    return new Hold(await openCluster(this.host, this.#source, deadline), this.#stop)
  }
}
