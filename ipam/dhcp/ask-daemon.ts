/** The plugin's side of the socket. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Clock } from '#host/host.ts'
import type { Connection, Sockets } from '#host/sockets.ts'
import { readLine } from './line-reader.ts'
import { type DaemonRequest, decodeAnswer, encodeRequest } from './protocol.ts'

/** What asking needs of the host. */
export interface AskingSite {
  readonly sockets: Sockets
  readonly clock: Clock
}

/** A daemon that lives says something every two seconds. */
const silenceMs = 10_000
/** The daemon's own budget ends before that, unless somebody has given it a longer one. */
const longestMs = 600_000

/** Nobody listens to the socket, or it is not there. */
export class NoDaemonError extends CniError {}

/**
 * What the daemon answers.
 *
 * @throws NoDaemonError when there is none; CniError with what the daemon says, or 11 (try again
 *   later) when it does not answer
 */
export async function askDaemon(
  site: AskingSite,
  path: string,
  request: DaemonRequest,
): Promise<unknown> {
  using connection = await connect(site, path)
  try {
    await connection.write(encodeRequest(request))
    const end = site.clock.monotonicMs() + longestMs
    const line = await readLine(connection, () => site.clock.monotonicMs() < end)
    if (line !== undefined) return decodeAnswer(JSON.parse(line))
  } catch (cause) {
    throw cause instanceof CniError ? cause : noAnswer(path, messageOf(cause), cause)
  }
  throw noAnswer(path, 'it ended the conversation')
}

async function connect({ sockets }: AskingSite, path: string): Promise<Connection> {
  try {
    return await sockets.connect(path, { timeoutMs: silenceMs })
  } catch (cause) {
    if (!isSystemError(cause, 'ENOENT', 'ECONNREFUSED')) throw cause
    const details =
      'start it with "dhcp daemon"; its -socketpath and ipam.daemonSocketPath must agree'
    throw new NoDaemonError(
      cniErrorCodes.tryAgainLater,
      `reach DHCP daemon: ${cause.message}`,
      details,
      { cause },
    )
  }
}

function noAnswer(path: string, reason: string, cause?: unknown): CniError {
  const msg = `ask DHCP daemon at ${path}: no answer: ${reason}`
  return new CniError(cniErrorCodes.tryAgainLater, msg, undefined, { cause })
}
