/** Where a daemon listens. */

import { isSystemError } from '#base/system-error.ts'
import type { Environment, Host } from '#host/host.ts'
import type { Listener } from '#host/sockets.ts'

/** How long a client may take to say what it wants, and to listen to the answer. */
const timeoutMs = 10_000
/** `SD_LISTEN_FDS_START` of sd_listen_fds(3). */
const firstDescriptor = 3

/** What listening needs of the host. */
export type ListeningHost = Pick<Host, 'environment' | 'files' | 'sockets' | 'processId'>

/**
 * The socket that systemd has passed, or a new one at `path`. One that a daemon before has left behind
 * is replaced, if nobody listens to it; whoever calls has made sure that no other daemon begins now.
 *
 * @throws SystemError or, for a wrong number of sockets, Error
 */
export async function listen(host: ListeningHost, path: string): Promise<Listener> {
  const passed = passedSockets(host)
  if (passed === 1) return await host.sockets.adopt(firstDescriptor, { timeoutMs })
  if (passed > 1)
    throw new Error(`listen to ${path}: systemd has passed ${passed} sockets, not one`)
  if (await isStale(host, path)) await host.files.remove(path)
  return await host.sockets.listen(path, { mode: 0o600, timeoutMs })
}

function passedSockets({ environment, processId }: ListeningHost): number {
  if (numberIn(environment, 'LISTEN_PID') !== processId) return 0
  return numberIn(environment, 'LISTEN_FDS') ?? 0
}

function numberIn(environment: Environment, name: string): number | undefined {
  const value = environment.get(name) ?? ''
  return /^[0-9]{1,9}$/.test(value) ? Number(value) : undefined
}

async function isStale({ sockets }: ListeningHost, path: string): Promise<boolean> {
  try {
    using _ = await sockets.connect(path, { timeoutMs })
    return false
  } catch (error) {
    return isSystemError(error, 'ECONNREFUSED')
  }
}
