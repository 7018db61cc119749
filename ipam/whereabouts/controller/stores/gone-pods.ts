/** Whether pods are there, as the API says that is asked for them. */

import { isAbsent, isSuccess } from '#ipam/whereabouts/datastores/kubernetes/answer.ts'
import type { KubernetesClient } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import type { Cluster } from './cluster.ts'

const timeoutMs = 30_000

/** Which of these are not there. @throws DatastoreError */
export async function findGonePods(
  cluster: Cluster,
  podRefs: readonly string[],
): Promise<readonly string[]> {
  using connection = await cluster.connect(timeoutMs)
  const gone: string[] = []
  for (const podRef of podRefs) {
    if (!(await isPodThere(connection.held, podRef))) gone.push(podRef)
  }
  return gone
}

async function isPodThere(client: KubernetesClient, podRef: string): Promise<boolean> {
  const [namespace = '', name = ''] = podRef.split('/')
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`
  const request = { attempt: `read Pod ${podRef}`, method: 'GET', path } as const
  const answer = await client.request({ ...request, brief: 'object' })
  if (isAbsent(answer, name)) return false
  if (!isSuccess(answer)) throw client.refusal(request, answer)
  return true
}
