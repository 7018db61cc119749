/** Where it is written how a cluster is reached, and who we are there. */

import type { Environment, Files } from '#host/host.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import { type ClusterAccess, readKubeconfig } from '#ipam/whereabouts/datastores/kubeconfig.ts'

/** Read again whenever the cluster takes us for somebody else, as tokens and authorities change. */
export interface AccessSource {
  /** What to look at when the cluster is not taken for itself: a path. */
  readonly name: string
  /** @throws DatastoreError */
  read(): Promise<ClusterAccess>
}

/** A kubeconfig file. */
export function kubeconfigAccess(files: Files, path: string): AccessSource {
  return { name: path, read: () => readKubeconfig(files, path) }
}

/** The same access, for objects in another namespace. */
export function inNamespace(source: AccessSource, namespace: string): AccessSource {
  return { name: source.name, read: async () => ({ ...(await source.read()), namespace }) }
}

/** Where a pod finds what its service account may. */
export const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The service account of the pod that this program is in. */
export function podAccess({
  environment,
  files,
}: {
  readonly environment: Environment
  readonly files: Files
}): AccessSource {
  const read = async (): Promise<ClusterAccess> => {
    const origin = findServerOrigin(environment)
    if (origin === undefined) throw notInPod('KUBERNETES_SERVICE_HOST is not set')
    const [token, authorities, namespace] = await Promise.all(
      ['token', 'ca.crt', 'namespace'].map((name) => files.findText(`${accountFolder}/${name}`)),
    )
    if (!token || !authorities) throw notInPod('it has no token, or no ca.crt')
    return {
      origin,
      basePath: '',
      tls: { authorities },
      token: token.trim(),
      namespace: namespace?.trim() || 'kube-system',
      renewal: `renew the token in ${accountFolder}`,
    }
  }
  return { name: accountFolder, read }
}

function notInPod(reason: string): DatastoreError {
  const where = `read the service account in ${accountFolder}: ${reason}`
  return new DatastoreError('unreachable', `${where} — outside of a pod, name a kubeconfig file`)
}

/** Where a pod finds the API: `https://10.96.0.1:443`; nothing outside of pods. */
export function findServerOrigin(environment: Environment): string | undefined {
  const host = environment.get('KUBERNETES_SERVICE_HOST')
  if (!host) return undefined
  const port = environment.get('KUBERNETES_SERVICE_PORT') || '443'
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}
