/** Conversations with etcd as settings have them. */

import type { Files, Random } from '#host/host.ts'
import type { Http } from '#host/http.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'
import { EtcdClient } from './client.ts'
import { readTls } from './tls.ts'

/** What it takes of the host. */
export interface EtcdSite {
  readonly files: Files
  readonly http: Http
  readonly random: Random
}

/** @throws DatastoreError when a certificate cannot be read; etcd is not asked for anything yet */
export async function openEtcdClient(
  { files, http, random }: EtcdSite,
  settings: EtcdSettings,
  deadline: Deadline,
): Promise<EtcdClient> {
  const { endpoints: origins, user } = settings
  const tls = await readTls(files, settings)
  return new EtcdClient({ http, random, origins, tls, deadline, ...(user && { user }) })
}
