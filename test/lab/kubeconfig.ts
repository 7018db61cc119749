/** Kubeconfig files. */

import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'

/** What is in a file. Keys of cluster, user and context are those of the format. */
export interface KubeconfigContent {
  readonly cluster: Readonly<Record<string, unknown>>
  readonly user: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, unknown>>
}

/** A whole configuration, named as the original's installer names things. */
export function kubeconfig({ cluster, user, context = {} }: KubeconfigContent): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster }],
    users: [{ name: 'whereabouts', user }],
    contexts: [
      {
        name: 'whereabouts-context',
        context: { cluster: 'local', user: 'whereabouts', ...context },
      },
    ],
    'current-context': 'whereabouts-context',
  }
}

/** Writes it in YAML. */
export function writeKubeconfig(path: string, content: KubeconfigContent): void {
  writeFileSync(path, stringify(kubeconfig(content)), { mode: 0o600 })
}
