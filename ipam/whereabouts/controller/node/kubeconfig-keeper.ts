/** Keeps the kubeconfig file of the plugin up to date: tokens are good for an hour or so. */

import { base64Of } from '#base/base64.ts'
import { utf8Bytes } from '#base/bytes.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { Host } from '#host/host.ts'
import { folderOf } from '#host/path.ts'
import type { ClusterAccess } from '#ipam/whereabouts/datastores/kubeconfig.ts'
import type { AccessSource } from '#ipam/whereabouts/datastores/kubernetes/access.ts'

const folderMode = 0o755
const fileMode = 0o600
const lockMs = 5_000

export class KubeconfigKeeper {
  readonly #host: Host
  readonly #source: AccessSource
  readonly #path: string
  readonly #log: Log

  constructor(
    host: Host,
    source: AccessSource,
    { path, log }: { readonly path: string; readonly log: Log },
  ) {
    this.#host = host
    this.#source = source
    this.#path = path
    this.#log = log
  }

  /** Replaces the file, whole, where it does not say who we are now. @throws DatastoreError, SystemError */
  async keep(): Promise<void> {
    const { files } = this.#host
    const content = `${JSON.stringify(toKubeconfig(await this.#source.read()), undefined, 2)}\n`
    if ((await files.findText(this.#path)) === content) return
    const folder = folderOf(this.#path)
    await files.ensureDirectory(folder, folderMode)
    // Another one of us may be about to end.
    using _lock = await files.lock(`${folder}/.netwright.lock`, {
      mode: fileMode,
      timeoutMs: lockMs,
    })
    await files.replaceWhole(this.#path, { content, mode: fileMode })
    this.#log('kubeconfig', `written to ${this.#path}`)
  }
}

/** In JSON, which is YAML as well, with the original's names. */
function toKubeconfig({ origin, tls, token, namespace }: ClusterAccess): object {
  const cluster = {
    server: origin,
    'certificate-authority-data': base64Of(utf8Bytes(tls?.authorities ?? '')),
  }
  const context = { cluster: 'local', user: 'whereabouts', namespace }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster }],
    users: [{ name: 'whereabouts', user: { token } }],
    contexts: [{ name: 'whereabouts-context', context }],
    'current-context': 'whereabouts-context',
  }
}
