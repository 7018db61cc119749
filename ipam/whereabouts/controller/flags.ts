/** The command line of the controller, in the syntax of Go's flags. */

import {
  FlagError,
  readAbsolutePath,
  readDurationMs,
  readFlagTexts,
  readSwitch,
} from '#base/flags.ts'
import type { HttpEndpoint } from '#host/http.ts'
import { findIpAddress } from '#ip/address.ts'

/** What the controller was told. */
export interface ControllerFlags {
  /** Empty in a pod, where the service account counts. */
  readonly kubeconfig: string
  /** The file that says how to reach the etcd that has the pools; empty where Kubernetes has them. */
  readonly etcd: string
  /** Absent when nobody is to ask. */
  readonly metrics?: HttpEndpoint
  /** Whether it looks after this node alone. */
  readonly isOfNode: boolean
  readonly dataDir: string
  /** Where to install this program for the runtime; nowhere when empty. */
  readonly installed: string
  /** The kubeconfig file to keep up to date for the plugin; none when empty. */
  readonly keptKubeconfig: string
  readonly graceMs: number
  readonly resyncMs: number
}

const defaults = {
  kubeconfig: '',
  etcd: '',
  metrics: '127.0.0.1:9654',
  node: 'false',
  datadir: '/var/lib/cni/whereabouts',
  install: '',
  'write-kubeconfig': '',
  grace: '30s',
  resync: '10m',
}

export const flagUsage: string = `usage: netwright whereabouts-controller [flags]
  -kubeconfig PATH        how to reach the cluster (in a pod its service account)
  -etcd PATH              where pools are in etcd: a file with the keys of ipam that say how to reach it
  -metrics ADDRESS:PORT   where to answer /metrics and /healthz; empty for nowhere (${defaults.metrics})
  -grace DURATION         how long an address has to look unused before it is freed (${defaults.grace})
  -resync DURATION        how often to look without a reason (${defaults.resync})
  -node                   look after this node alone: its ledger, its kubeconfig file, its counts
  -datadir PATH           with -node: where the plugin keeps its ledger (${defaults.datadir})
  -install PATH           with -node: copy this executable there, as the plugin of the node
  -write-kubeconfig PATH  with -node: a kubeconfig file for the plugin, as this pod's account
`

/** @throws FlagError */
export function readFlags(words: readonly string[]): ControllerFlags {
  const raw = readFlagTexts(words, defaults, ['node'])
  const isOfNode = readSwitch('node', raw.node)
  const installed = readAbsolutePath('install', raw.install)
  const keptKubeconfig = readAbsolutePath('write-kubeconfig', raw['write-kubeconfig'])
  for (const name of ['install', 'write-kubeconfig'] as const) {
    if (raw[name] !== '' && !isOfNode) throw new FlagError(`-${name}: needs -node`)
  }
  const metrics = raw.metrics === '' ? undefined : readEndpoint('metrics', raw.metrics)
  return {
    kubeconfig: readAbsolutePath('kubeconfig', raw.kubeconfig),
    etcd: readAbsolutePath('etcd', raw.etcd),
    ...(metrics && { metrics }),
    isOfNode,
    dataDir: readAbsolutePath('datadir', raw.datadir),
    installed,
    keptKubeconfig,
    graceMs: readDurationMs('grace', raw.grace),
    resyncMs: readDurationMs('resync', raw.resync),
  }
}

function readEndpoint(name: string, text: string): HttpEndpoint {
  const [, bracketed, plain, digits] = /^(?:\[(.*)\]|([^:]*)):([0-9]{1,5})$/.exec(text) ?? []
  // As with Go, every address is meant where there is none.
  const address = plain === '' ? '::' : (bracketed ?? plain ?? '')
  const port = Number(digits)
  if (findIpAddress(address) !== undefined && port < 2 ** 16) return { address, port }
  const found = JSON.stringify(text)
  throw new FlagError(`-${name}: expected an address such as 127.0.0.1:9654, found ${found}`)
}
