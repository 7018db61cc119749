/** The daemon's side of the socket. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import { toCniError } from '#cni/error-mapping.ts'
import type { Clock } from '#host/host.ts'
import type { Connection, Listener } from '#host/sockets.ts'
import { readLine } from '#ipam/dhcp/line-reader.ts'
import {
  type Answer,
  type DaemonRequest,
  decodeRequest,
  encodeAnswer,
  failureOf,
} from '#ipam/dhcp/protocol.ts'

/** Who answers requests. */
export interface Service {
  readonly clock: Clock
  readonly log: Log
  /** The result of an answer. @throws CniError, SystemError or ConfigError */
  perform(request: DaemonRequest): Promise<unknown>
  /** Nobody waits for what is done about a request any more. */
  cancel(request: DaemonRequest): Promise<void>
}

/** Plugins take a daemon that says nothing for longer for dead. */
const signOfLifeMs = 2000
const root = 0

/** Serves every client until the listener is disposed. @throws SystemError */
export async function serve(listener: Listener, service: Service): Promise<void> {
  for (;;) {
    const connection = await listener.accept()
    if (connection === undefined) return
    converse(connection, service).catch((error) => service.log('a client', messageOf(error)))
  }
}

async function converse(connection: Connection, service: Service): Promise<void> {
  using client = connection
  const { userId, processId } = client.peer()
  if (userId !== root) {
    service.log(`process ${processId}`, `refused: it belongs to user ${userId}`)
    const msg = `ask DHCP daemon: user ${userId} may not; only root may`
    await client.write(encodeAnswer({ error: { code: cniErrorCodes.internal, msg } }))
    return
  }
  const line = await readLine(client)
  if (line !== undefined) await answer(client, line, service)
}

async function answer(client: Connection, line: string, service: Service): Promise<void> {
  const request = await attempt(async () => decodeRequest(parseJson(line)))
  if ('error' in request) {
    await client.write(encodeAnswer(request))
    return
  }
  const work = attempt(() => service.perform(request.result))
  try {
    await client.write(encodeAnswer(await showingLife(client, work, service.clock)))
  } catch (error) {
    await service.cancel(request.result)
    throw error
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    const msg = 'decode request to DHCP daemon: not JSON'
    throw new CniError(cniErrorCodes.decoding, msg, undefined, { cause })
  }
}

type Outcome<T> = { readonly result: T } | { readonly error: NonNullable<Answer['error']> }

async function attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { result: await work() }
  } catch (thrown) {
    const error = thrown instanceof CniError ? thrown : toCniError(thrown, '')
    return { error: failureOf(error) }
  }
}

/** Whoever has gone does not hear the signs either. @throws SystemError */
async function showingLife<T>(client: Connection, work: Promise<T>, clock: Clock): Promise<T> {
  for (;;) {
    const done = await settledInTime(work, clock)
    if (done !== undefined) return done.result
    await client.write('\n')
  }
}

function settledInTime<T>(
  work: Promise<T>,
  clock: Clock,
): Promise<{ readonly result: T } | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.startTimer(signOfLifeMs, () => resolve(undefined))
    const settle = (end: () => void) => {
      timer[Symbol.dispose]()
      end()
    }
    work.then(
      (result) => settle(() => resolve({ result })),
      (error) => settle(() => reject(error)),
    )
  })
}
