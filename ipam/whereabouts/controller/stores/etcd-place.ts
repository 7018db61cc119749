/** An etcd that has the pools, as a daemon asks it: with a time limit for each piece of work. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Host } from '#host/host.ts'
import type { Stop } from '#ipam/whereabouts/controller/stop.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import type { EtcdClient } from '#ipam/whereabouts/datastores/etcd/client.ts'
import { openEtcdClient } from '#ipam/whereabouts/datastores/etcd/open-client.ts'
import { openEtcd } from '#ipam/whereabouts/datastores/etcd.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { readDatastoreSettings } from '#ipam/whereabouts/settings/datastore-settings.ts'
import { readFlatFile } from '#ipam/whereabouts/settings/flat-file.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'
import { Hold } from './hold.ts'

export class EtcdPlace {
  readonly #host: Host
  readonly #path: string
  readonly #stop: Stop

  /** @param path of a file like the one for all networks of a node: with keys of `ipam` */
  constructor(host: Host, path: string, stop: Stop) {
    this.#host = host
    this.#path = path
    this.#stop = stop
  }

  /** As the file has it now: passwords change. @throws CniError, ConfigError, SystemError */
  async settings(): Promise<EtcdSettings> {
    const keys = readFlatFile(this.#path, await this.#host.files.readText(this.#path))
    const settings = readDatastoreSettings({ datastore: 'etcd', ...keys })
    if (settings.kind === 'etcd') return settings
    throw new ConfigError(['datastore'], `"etcd" in ${this.#path}`, describeFound(settings.kind))
  }

  /** Connects for a piece of work. @throws DatastoreError, and what `settings` does */
  async connect(timeoutMs: number): Promise<Hold<EtcdClient>> {
    const deadline = new Deadline(this.#host, timeoutMs)
    const client = await openEtcdClient(this.#host, await this.settings(), deadline)
    return new Hold(client, this.#stop)
  }

  /** The same, as a datastore. */
  async open(timeoutMs: number): Promise<Hold<Datastore>> {
    const deadline = new Deadline(this.#host, timeoutMs)
    return new Hold(await openEtcd(this.#host, await this.settings(), deadline), this.#stop)
  }
}
