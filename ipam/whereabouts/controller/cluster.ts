/** A cluster, as a daemon asks it: for as long as it lives, with a time limit for each piece of work. */

import type { Host } from '#host/host.ts'
import type { AccessSource } from '#ipam/whereabouts/datastores/kubernetes/access.ts'
import { KubernetesClient } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'

export class Cluster {
  readonly host: Host
  readonly source: AccessSource

  constructor(host: Host, source: AccessSource) {
    this.host = host
    this.source = source
  }

  /**
   * Connects for a piece of work, as whoever we are now: tokens change.
   *
   * @throws DatastoreError
   */
  connect(timeoutMs: number): Promise<KubernetesClient> {
    return KubernetesClient.open(this.host, this.source, new Deadline(this.host, timeoutMs))
  }
}
