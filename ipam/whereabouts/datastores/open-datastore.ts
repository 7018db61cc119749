/** The datastore that a configuration means; only that one is loaded. */

import type { Host } from '#host/host.ts'
import type { PlaceConfig } from '#ipam/whereabouts/config.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { direct, type NodeDatastore } from '#ipam/whereabouts/desk/node-datastore.ts'

/** @throws DatastoreError, SystemError when what it needs cannot be read */
export async function openDatastore(
  host: Host,
  { datastore, dataDir }: Pick<PlaceConfig, 'datastore' | 'dataDir'>,
  deadline: Deadline,
): Promise<NodeDatastore> {
  switch (datastore.kind) {
    case 'file': {
      const { openFileDatastore } = await import('./file.ts')
      return direct(openFileDatastore(host, dataDir, deadline))
    }
    case 'etcd': {
      const { openEtcd } = await import('./etcd.ts')
      const { atDesks } = await import('#ipam/whereabouts/desk/at-desks.ts')
      const etcd = await openEtcd(host, datastore, deadline)
      return atDesks({ host, datastore: etcd, deadline, folder: `${dataDir}/turns` })
    }
    case 'kubernetes': {
      const { openKubernetes } = await import('./kubernetes.ts')
      const { atDesks } = await import('#ipam/whereabouts/desk/at-desks.ts')
      const kubernetes = await openKubernetes(host, datastore, deadline)
      return atDesks({ host, datastore: kubernetes, deadline, folder: `${dataDir}/turns` })
    }
  }
}

/** The same text for the same datastore, whatever else a configuration says. */
export function identifyDatastore({
  datastore,
  dataDir,
}: Pick<PlaceConfig, 'datastore' | 'dataDir'>): string {
  switch (datastore.kind) {
    case 'file':
      return `file ${dataDir}`
    case 'etcd':
      return `etcd ${[...datastore.endpoints].sort().join(',')}`
    case 'kubernetes':
      return `kubernetes ${datastore.kubeconfig}`
  }
}

/**
 * The datastore that a text of `identifyDatastore` means, to a node that has its own records in
 * `dataDir`. Nothing for etcd: who we are there is in the configuration alone.
 */
export function findIdentified(
  text: string,
  dataDir: string,
): Pick<PlaceConfig, 'datastore' | 'dataDir'> | undefined {
  const [, kind, place = ''] = /^(file|kubernetes) (\/.*)$/s.exec(text) ?? []
  if (kind === 'file') return { datastore: { kind }, dataDir: place }
  if (kind === 'kubernetes') return { datastore: { kind, kubeconfig: place }, dataDir }
  return undefined
}
