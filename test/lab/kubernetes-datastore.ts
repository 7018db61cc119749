/** The datastore in a Kubernetes API as the plugin opens it, in the test's process. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { nodeHost } from '#host/node.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { openKubernetes } from '#ipam/whereabouts/datastores/kubernetes.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { type KubernetesApi, tokens } from './kubernetes-api.ts'

/** What a kubeconfig file says; absent, what lets the plugin in. The keys are those of the format. */
export interface KubeconfigContent {
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, unknown>>
}

/** Enough for whatever a test does, on a machine that stands still. */
const generousMs = 30_000

let written = 0

/** Writes a kubeconfig, named as the original's installer names things; returns its path. */
export function writeKubeconfig(
  api: KubernetesApi,
  { cluster = {}, user = { token: tokens.plugin }, context = {} }: KubeconfigContent = {},
): string {
  written += 1
  const path = join(api.folder, `kubeconfig-${written}`)
  const authority = { 'certificate-authority': api.authority.certificate }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: api.url, ...authority, ...cluster } }],
    users: [{ name: 'whereabouts', user }],
    contexts: [
      {
        name: 'whereabouts-context',
        context: { cluster: 'local', user: 'whereabouts', ...context },
      },
    ],
    'current-context': 'whereabouts-context',
  }
  writeFileSync(path, stringify(config), { mode: 0o600 })
  return path
}

/** Opens the datastore that a kubeconfig means. */
export function openKubernetesWith(kubeconfig: string, timeMs = generousMs): Promise<Datastore> {
  const host = nodeHost()
  return openKubernetes(host, { kind: 'kubernetes', kubeconfig }, new Deadline(host, timeMs))
}
