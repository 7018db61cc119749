/** The members of an etcd cluster, of which any may be asked. */

import { isSystemError, type SystemError } from '#base/system-error.ts'
import type { Random } from '#host/host.ts'
import type { Http, HttpAnswer, HttpClient, TlsOptions } from '#host/http.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { type EtcdRefusal, isPassing, readRefusal } from './refusal.ts'

export interface EtcdEndpointsOptions {
  readonly http: Http
  readonly random: Random
  /** `https://10.0.0.1:2379` */
  readonly origins: readonly string[]
  readonly tls?: TlsOptions
  readonly deadline: Deadline
}

export interface EtcdRequest {
  /** What for, in the imperative: `read pool 10.0.0.0-8`. */
  readonly purpose: string
  readonly path: string
  readonly body: unknown
  readonly token?: string | undefined
}

/** What a member said, and which. */
export interface EtcdSaying {
  readonly origin: string
  /** Of an answer, the body. */
  readonly body: string
  readonly refusal?: EtcdRefusal
}

/**
 * How long the first member asked may take. One that has lost its leader says nothing until there is a
 * new one, another knows of it already: so it is better to ask all of them again, with more patience
 * each time, than to wait for one.
 */
const firstPatienceMs = 500

/** More than a page of the largest blocks. */
const maxBytes = 16 * 2 ** 20

export class EtcdEndpoints implements Disposable {
  readonly #options: EtcdEndpointsOptions
  readonly #clients = new Map<string, HttpClient>()
  /** The position of the member that is asked first. */
  #first: number

  constructor(options: EtcdEndpointsOptions) {
    this.#options = options
    const [byte = 0] = options.random.bytes(1)
    this.#first = byte % options.origins.length
  }

  /**
   * What a member says, the first one that says anything. More than one may have done what was asked, so
   * a change has to be one that comes about only once.
   *
   * @throws DatastoreError when none does in time
   */
  async ask(request: EtcdRequest): Promise<EtcdSaying> {
    const { deadline } = this.#options
    const failures = new Map<string, EtcdFailure>()
    for (let round = 1; !deadline.isOver; round += 1) {
      const said = await this.#askInTurn(request, failures, firstPatienceMs * 2 ** (round - 1))
      if (said !== undefined) return said
      if ([...failures.values()].every(isFinal) || !(await deadline.pause(round))) break
    }
    throw unanswered(request, [...failures.values()])
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client[Symbol.dispose]()
  }

  async #askInTurn(
    request: EtcdRequest,
    failures: Map<string, EtcdFailure>,
    patienceMs: number,
  ): Promise<EtcdSaying | undefined> {
    const { origins, deadline } = this.#options
    const first = this.#first
    for (let step = 0; step < origins.length && !deadline.isOver; step += 1) {
      const position = (first + step) % origins.length
      const origin = origins[position] ?? ''
      const outcome = await this.#askOne(request, origin, patienceMs)
      if ('body' in outcome) {
        this.#first = position
        return outcome
      }
      // In the end there is no time for an answer: what came before that says more.
      if (!isSilence(outcome) || !failures.has(origin)) failures.set(origin, outcome)
    }
    return undefined
  }

  async #askOne(
    { path, body, token }: EtcdRequest,
    origin: string,
    patienceMs: number,
  ): Promise<EtcdSaying | EtcdFailure> {
    const request = {
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: token }),
      },
      body: JSON.stringify(body),
      timeoutMs: Math.min(patienceMs, this.#options.deadline.answerMs),
      maxBytes,
    } as const
    try {
      return judge(origin, await this.#client(origin).exchange(request))
    } catch (cause) {
      if (!isSystemError(cause)) throw cause
      return { text: cause.message, cause }
    }
  }

  #client(origin: string): HttpClient {
    const { http, tls } = this.#options
    const client = this.#clients.get(origin) ?? http.openClient({ origin, ...(tls && { tls }) })
    this.#clients.set(origin, client)
    return client
  }
}

/** Why a member is of no use. */
interface EtcdFailure {
  readonly text: string
  readonly cause?: SystemError
}

function judge(origin: string, answer: HttpAnswer): EtcdSaying | EtcdFailure {
  const { status, body } = answer
  if (status === 200) return { origin, body }
  const refusal = readRefusal(answer)
  return isPassing(refusal) ? { text: `${origin}: ${refusal.text}` } : { origin, body, refusal }
}

/** Whether it would be the same the next time: TLS that failed, an answer that is too long. */
function isFinal({ cause }: EtcdFailure): boolean {
  return isSystemError(cause, 'EPROTO', 'EMSGSIZE')
}

function isSilence({ cause }: EtcdFailure): boolean {
  return isSystemError(cause, 'ETIMEDOUT')
}

function unanswered({ purpose }: EtcdRequest, failures: readonly EtcdFailure[]): DatastoreError {
  const said = failures.map(({ text }) => text).join('; ') || 'the time for it is over'
  const causes = failures.flatMap(({ cause }) => cause ?? [])
  const hint = causes.flatMap(({ code }) => hints[code] ?? [])[0]
  const text = `${purpose} in etcd: ${said}${hint === undefined ? '' : ` — ${hint}`}`
  const failure = failures.length > 0 && failures.every(isFinal) ? 'refused' : 'unreachable'
  return new DatastoreError(failure, text, causes[0])
}

/** What a user can do about it, by the code of the system's error. */
const hints: Readonly<Record<string, string | undefined>> = {
  EPROTO: 'look at etcd_ca_cert_file, etcd_cert_file and etcd_key_file',
  // So etcd ends conversations in TLS where it wants none, and those without where it does.
  ECONNRESET: 'look at http and https in etcd_host',
}
