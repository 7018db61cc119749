/** Datastores as the plugin opens them, in the test's process. */

import { nodeHost } from '#host/node.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { openEtcd } from '#ipam/whereabouts/datastores/etcd.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'

/** Enough for whatever a test does, on a machine that stands still. */
export const generousMs = 30_000

/** A datastore in etcd at these endpoints, the first of which is asked first. */
export function openEtcdAt(
  endpoints: readonly string[],
  { timeMs = generousMs, ...settings }: Partial<EtcdSettings> & { readonly timeMs?: number } = {},
): Promise<Datastore> {
  const host = nodeHost()
  const site = { ...host, random: { bytes: (count: number) => new Uint8Array(count) } }
  return openEtcd(site, { kind: 'etcd', endpoints, ...settings }, new Deadline(host, timeMs))
}
