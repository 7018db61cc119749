/** The kubeconfig file: where a cluster's API is, and who we are there. */

import { ConfigError } from '#base/config-error.ts'
import { SystemError } from '#base/system-error.ts'
import type { Files } from '#host/host.ts'
import type { TlsOptions } from '#host/http.ts'
import { listOf, nonEmptyText } from '#schema/fields.ts'
import {
  fields,
  isObject,
  mismatch,
  type Position,
  readConfig,
  type Schema,
} from '#schema/schema.ts'
import { DatastoreError } from './datastore-error.ts'
import { type Bearer, type Placed, readBearer, readTls } from './kubeconfig/credentials.ts'
import { clusterEntry, contextEntry, type ServerAddress, userEntry } from './kubeconfig/entries.ts'
import { KubeconfigFiles } from './kubeconfig/files.ts'

/** What a kubeconfig says, with everything that it refers to. */
export interface ClusterAccess extends ServerAddress, Bearer {
  readonly tls?: TlsOptions
  /** Where the objects are. */
  readonly namespace: string
}

/** As the original has it. */
const defaultNamespace = 'kube-system'

const kubeconfig = fields({
  'current-context': nonEmptyText(),
  contexts: listOf(named('context', contextEntry)),
  clusters: listOf(named('cluster', clusterEntry)),
  users: listOf(named('user', userEntry)),
})

/**
 * What the current context says.
 *
 * @throws DatastoreError naming the file and the key, and nothing of what the file holds
 */
export async function readKubeconfig(files: Files, path: string): Promise<ClusterAccess> {
  try {
    return await readAccess(new KubeconfigFiles(files, path))
  } catch (error) {
    throw new DatastoreError('unreachable', `read kubeconfig ${path}: ${describe(error)}`)
  }
}

/** What was found may be a secret. */
function describe(error: unknown): string {
  if (error instanceof ConfigError) {
    const where = error.path === '' ? '' : `${error.path}: `
    return `${where}expected ${error.expected}`
  }
  if (error instanceof SystemError || error instanceof SyntaxError) return error.message
  throw error
}

async function readAccess(files: KubeconfigFiles): Promise<ClusterAccess> {
  const config = readConfig(kubeconfig, await files.readWhole())
  const context = choose(config.contexts, config['current-context'], ['current-context'])
  const { entry: chosen, position } = context
  const cluster = choose(config.clusters, chosen.cluster, [...position, 'cluster'])
  const user = choose(config.users, chosen.user, [...position, 'user'])
  const tls = await readTls(files, cluster, user)
  return {
    ...cluster.entry.server,
    ...(cluster.entry.server.origin.startsWith('https:') && { tls }),
    ...(await readBearer(files, user)),
    namespace: chosen.namespace ?? defaultNamespace,
  }
}

/** An entry that has a name. What is in it is looked at when it is the one that is meant. */
interface Named<T> {
  readonly name: unknown
  readonly read: () => Placed<T>
}

function named<T>(key: string, schema: Schema<T>): Schema<Named<T>> {
  return {
    read: (value, position) => {
      if (!isObject(value)) throw mismatch(position, 'an object', value)
      const path = [...position, key]
      const read = () => ({ entry: readConfig(schema, value[key], path), position: path })
      return { name: value.name, read }
    },
  }
}

function choose<T>(list: readonly Named<T>[], name: string, referrer: Position): Placed<T> {
  const found = list.find((entry) => entry.name === name)
  if (found === undefined) throw mismatch(referrer, 'a name that the file defines', name)
  return found.read()
}
