/** `netwright whereabouts-controller`: frees what pods have left in a cluster, and gives nodes their slices. */

import { messageOf } from '#base/collect-failures.ts'
import { asksForHelp, FlagError } from '#base/flags.ts'
import { type Log, logTo } from '#cni/daemon-log.ts'
import type { Host } from '#host/host.ts'
import {
  type AccessSource,
  inNamespace,
  kubeconfigAccess,
  podAccess,
} from '#ipam/whereabouts/datastores/kubernetes/access.ts'
import { ClusterKeeper } from './cluster-keeper.ts'
import { type ControllerFlags, flagUsage, readFlags } from './flags.ts'
import { NodeKeeper } from './node/node-keeper.ts'
import { Stop } from './stop.ts'
import { Cluster } from './stores/cluster.ts'
import { EtcdPlace } from './stores/etcd-place.ts'

/** As Go's programs end that were called wrongly. */
const usageStatus = 2
const failureStatus = 1

/** Runs until a signal ends it, and returns the exit status. */
export async function runController(host: Host, words: readonly string[]): Promise<number> {
  const log = logTo(host.streams, host.clock)
  try {
    if (asksForHelp(words)) {
      await host.streams.writeDiagnostic(flagUsage)
      return 0
    }
    await keep(host, readFlags(words), log)
    return 0
  } catch (error) {
    if (error instanceof FlagError) {
      await host.streams.writeDiagnostic(`${error.message}\n${flagUsage}`)
      return usageStatus
    }
    log('controller', messageOf(error))
    return failureStatus
  }
}

async function keep(host: Host, flags: ControllerFlags, log: Log): Promise<void> {
  const stop = new Stop(host.clock)
  using _signals = host.processes.onSignal(['SIGTERM', 'SIGINT'], (signal) => {
    log('controller', `ending on ${signal}`)
    stop.end()
  })
  const source = accessOf(host, flags)
  const etcd = flags.etcd === '' ? {} : { etcd: new EtcdPlace(host, flags.etcd, stop) }
  if (flags.isOfNode) return await new NodeKeeper({ host, stop, log, flags, source, ...etcd }).run()
  const cluster = new Cluster(host, source, stop)
  await new ClusterKeeper({ cluster, stop, log, flags, ...etcd }).run()
}

function accessOf(host: Host, { kubeconfig }: ControllerFlags): AccessSource {
  const source = kubeconfig === '' ? podAccess(host) : kubeconfigAccess(host.files, kubeconfig)
  const namespace = host.environment.get('WHEREABOUTS_NAMESPACE')
  return namespace ? inNamespace(source, namespace) : source
}
