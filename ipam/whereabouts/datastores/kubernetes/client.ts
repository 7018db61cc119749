/** Requests to the API of a cluster, with one connection and within the time of a call. */

import { SystemError } from '#base/system-error.ts'
import type { Clock, Files } from '#host/host.ts'
import type { Http, HttpClient, HttpRequest, HttpStream } from '#host/http.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import type { ClusterAccess } from '#ipam/whereabouts/datastores/kubeconfig.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import type { AccessSource } from './access.ts'
import { type ApiAnswer, hintFor, messageIn, readAnswer } from './answer.ts'
import { isAboutTrust, isAnswer, isTrouble, type Outcome, retryAfterMs } from './outcome.ts'

/** What asking a cluster takes of the host. */
export interface ClusterSite {
  readonly http: Http
  readonly files: Files
  readonly clock: Clock
}

export interface ApiRequest {
  /** For errors, as a phrase: `read IPPool 10.0.0.0-8`. */
  readonly attempt: string
  readonly method: HttpRequest['method']
  /** From `/apis` on. */
  readonly path: string
  /** What becomes JSON. */
  readonly body?: unknown
  /** Of the body; plain JSON when absent. */
  readonly contentType?: string
  /** Whether the metadata of the object that is answered, or of those in the list, will do. */
  readonly brief?: 'object' | 'list'
}

const whole = 'application/json'

/** An API that does not know metadata alone answers with all of the object. */
function acceptable(brief: ApiRequest['brief']): string {
  if (brief === undefined) return whole
  const kind = `PartialObjectMetadata${brief === 'list' ? 'List' : ''}`
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,${whole}`
}

/**
 * How often a request is sent when nobody answers, or in vain. A server that says when it will have
 * time is asked again until the call has none.
 */
const mostAttempts = 4

/** The files may be in the middle of being written: the original's installer does it in place. */
const mostReadings = 4

/** Objects are kept in etcd, which takes no more than 1.5 MiB; with managed fields they are longer. */
const largestAnswer = 8 * 2 ** 20

export class KubernetesClient implements Disposable {
  readonly #site: ClusterSite
  readonly #deadline: Deadline
  readonly #source: AccessSource
  #access: ClusterAccess
  #http: HttpClient

  private constructor(site: ClusterSite, deadline: Deadline, { source, access }: Access) {
    this.#site = site
    this.#deadline = deadline
    this.#source = source
    this.#access = access
    this.#http = openHttp(site, access)
  }

  /** Reads who we are; nothing is sent. @throws DatastoreError */
  static async open(
    site: ClusterSite,
    source: AccessSource,
    deadline: Deadline,
  ): Promise<KubernetesClient> {
    const access = await settledAccess(source, deadline)
    return new KubernetesClient(site, deadline, { source, access })
  }

  /** `https://10.96.0.1:443` */
  get origin(): string {
    return this.#access.origin
  }

  /** Where the objects are. */
  get namespace(): string {
    return this.#access.namespace
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]()
  }

  /**
   * The answer to a request, unless it says that the server is in trouble. The request may have been
   * done more than once, as connections break at any moment.
   *
   * @throws DatastoreError, `unreachable`
   */
  async request(request: ApiRequest): Promise<ApiAnswer> {
    let hasRenewed = false
    for (let failures = 0; ; ) {
      if (this.#deadline.isOver) throw this.#lateness(request)
      const outcome = await this.#exchange(request)
      if (!hasRenewed && isAboutTrust(outcome)) {
        hasRenewed = true
        await this.#renew()
      } else if (isAnswer(outcome) && !isTrouble(outcome)) {
        return readAnswer(outcome)
      } else if (!(await this.#waitToRepeat(outcome, ++failures))) {
        throw this.#failure(request, outcome)
      }
    }
  }

  /**
   * The answer to a request as it comes, whatever its status; each piece may take `idleMs`.
   *
   * @throws DatastoreError, `unreachable`
   */
  async open(request: ApiRequest, idleMs: number): Promise<HttpStream> {
    try {
      return await this.#http.open({ ...this.#httpRequest(request), timeoutMs: idleMs })
    } catch (error) {
      if (error instanceof SystemError) throw this.#failure(request, error)
      throw error
    }
  }

  /** The error of an answer that is a refusal. */
  refusal({ attempt }: ApiRequest, answer: ApiAnswer): DatastoreError {
    const hint = hintFor(answer, this.#access.renewal)
    const reason = `${messageIn(answer)}${hint === undefined ? '' : ` — ${hint}`}`
    const failure = isTrouble(answer) ? 'unreachable' : 'refused'
    return new DatastoreError(failure, `${attempt} at ${this.origin}: ${reason}`)
  }

  async #exchange(request: ApiRequest): Promise<Outcome> {
    try {
      return await this.#http.exchange(this.#httpRequest(request))
    } catch (error) {
      if (error instanceof SystemError) return error
      throw error
    }
  }

  #httpRequest(request: ApiRequest): HttpRequest {
    const { method, path, body, contentType = whole, brief } = request
    const { basePath, token } = this.#access
    return {
      method,
      path: `${basePath}${path}`,
      headers: {
        accept: acceptable(brief),
        'user-agent': 'netwright',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs: this.#deadline.answerMs,
      maxBytes: largestAnswer,
    }
  }

  /** Tokens and authorities change while we know the old ones. */
  async #renew(): Promise<void> {
    const access = await settledAccess(this.#source, this.#deadline)
    const isSameServer = peerOf(access) === peerOf(this.#access)
    this.#access = access
    if (isSameServer) return
    this.#http[Symbol.dispose]()
    this.#http = openHttp(this.#site, access)
  }

  async #waitToRepeat(outcome: Outcome, failures: number): Promise<boolean> {
    const askedMs = retryAfterMs(outcome)
    if (askedMs === undefined) {
      const mayHelp = !isAboutTrust(outcome) && failures < mostAttempts
      return mayHelp && (await this.#deadline.pause(failures))
    }
    if (askedMs >= this.#deadline.remainingMs) return false
    await this.#site.clock.sleep(askedMs)
    // Others were told the same.
    return await this.#deadline.pause(failures)
  }

  #lateness({ attempt }: ApiRequest): DatastoreError {
    const reason = 'the time that the call has is over'
    return new DatastoreError('unreachable', `${attempt} at ${this.origin}: ${reason}`)
  }

  #failure(request: ApiRequest, outcome: Outcome): DatastoreError {
    if (isAnswer(outcome)) return this.refusal(request, readAnswer(outcome))
    const hint = isAboutTrust(outcome) ? ` — see the certificates in ${this.#source.name}` : ''
    const reason = `${request.attempt}: ${outcome.message}${hint}`
    return new DatastoreError('unreachable', reason, outcome)
  }
}

interface Access {
  readonly source: AccessSource
  readonly access: ClusterAccess
}

async function settledAccess(source: AccessSource, deadline: Deadline): Promise<ClusterAccess> {
  for (let failures = 1; ; failures++) {
    try {
      return await source.read()
    } catch (error) {
      if (failures === mostReadings || !(await deadline.pause(failures))) throw error
    }
  }
}

function openHttp({ http }: ClusterSite, { origin, tls }: ClusterAccess): HttpClient {
  return http.openClient({ origin, ...(tls !== undefined && { tls }) })
}

/** All that a connection depends on. */
function peerOf({ origin, tls }: ClusterAccess): string {
  return JSON.stringify([origin, tls])
}
