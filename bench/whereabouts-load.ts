/** Processes of whereabouts, as the runtimes of several nodes start them. */

import { join, resolve } from 'node:path'
import { AddressWorkload, type WorkloadPod } from '#test/lab/address-workload.ts'
import { type CallOutcome, interpret } from '#test/lab/cni-call.ts'
import { run } from '#test/lab/command.ts'
import type { DatastoreSite } from './whereabouts-sites.ts'

/** A datastore, a range and its pool, and a folder for what nodes know. */
export interface Place {
  readonly site: DatastoreSite
  readonly folder: string
  readonly range: string
  readonly pool: string
}

/** Processes of the executable on nodes, each of which has a folder. */
export function workloadOf(
  { site, folder, range }: Place,
  size: { readonly processes: number; readonly nodes: number },
): AddressWorkload {
  const config = (node: number) => {
    const ipam = { type: 'whereabouts', range, ...site.ipam, dataDir: join(folder, `node-${node}`) }
    return JSON.stringify({ cniVersion: '1.0.0', name: 'lan', type: 'macvlan', ipam })
  }
  return new AddressWorkload({
    ...size,
    call: (command, pod) => callExecutable(command, pod, config(pod.node)),
  })
}

/** Longer than any call takes. */
const deadlineMs = 120_000

async function callExecutable(
  command: string,
  { name }: WorkloadPod,
  input: string,
): Promise<CallOutcome> {
  const environment = {
    CNI_COMMAND: command,
    CNI_CONTAINERID: name,
    CNI_IFNAME: 'net1',
    CNI_NETNS: '/run/netns/unused',
    CNI_PATH: resolve('dist/bin'),
    CNI_ARGS: `K8S_POD_NAMESPACE=ns;K8S_POD_NAME=${name}`,
  }
  return interpret(await run([resolve('dist/bin/whereabouts')], { input, environment, deadlineMs }))
}
