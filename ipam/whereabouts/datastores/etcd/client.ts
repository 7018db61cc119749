/** Conversations with etcd, through the JSON gateway of its v3 API. */

import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'
import { isObject } from '#schema/schema.ts'
import { EtcdEndpoints, type EtcdEndpointsOptions, type EtcdSaying } from './endpoints.ts'
import {
  type EtcdEntry,
  type EtcdTransaction,
  encodeRange,
  type KeyRange,
  readEntries,
  readFoundEntries,
  readRevision,
  under,
} from './messages.ts'
import { hintFor, isAboutToken } from './refusal.ts'

export interface EtcdClientOptions extends EtcdEndpointsOptions {
  readonly user?: EtcdSettings['user']
}

/** What was in a folder of keys. */
export interface EtcdListing {
  readonly entries: readonly EtcdEntry[]
  /** With which revision of the datastore. */
  readonly revision: bigint
}

export interface EtcdOutcome {
  /** Whether all comparisons were true. */
  readonly succeeded: boolean
  readonly revision: bigint
  /** What the ranges of the transaction have found. */
  readonly entries: readonly EtcdEntry[]
}

interface Question {
  /** What for, in the imperative: `read pool 10.0.0.0-8`. */
  readonly purpose: string
  readonly path: string
  readonly body: object
}

/** How many entries one answer brings. */
const pageLength = 128

/**
 * Asks whichever member answers. Every method throws DatastoreError, `unreachable` when none does
 * before the deadline, `refused` with etcd's own words when one does and does not do it.
 */
export class EtcdClient implements Disposable {
  readonly #endpoints: EtcdEndpoints
  readonly #user: EtcdSettings['user']
  /** Empty where etcd wants none. */
  #token: string | undefined
  #revision = 0n

  constructor(options: EtcdClientOptions) {
    this.#endpoints = new EtcdEndpoints(options)
    this.#user = options.user
    if (options.user === undefined) this.#token = ''
  }

  /** The latest revision of the datastore that an answer has told of; 0 before the first. */
  get revision(): bigint {
    return this.#revision
  }

  async findEntry(purpose: string, key: string): Promise<EtcdEntry | undefined> {
    const { entries } = await this.#range(purpose, { key }, {})
    return entries[0]
  }

  /** Everything in a folder, as it was with one revision of the datastore. */
  async listEntries(purpose: string, folder: string): Promise<EtcdListing> {
    const { key: start, end } = under(folder)
    let page = await this.#range(purpose, { key: start, end }, { limit: `${pageLength}` })
    const { revision } = page
    const entries = [...page.entries]
    while (page.hasMore && page.entries.length > 0) {
      const key = `${entries.at(-1)?.key}\0`
      const limits = { limit: `${pageLength}`, revision: `${revision}` }
      page = await this.#range(purpose, { key, end }, limits)
      entries.push(...page.entries)
    }
    return { entries, revision }
  }

  /** Does the one or the other, wholly or not at all; maybe twice, as `EtcdEndpoints.ask` has it. */
  async transact(purpose: string, transaction: EtcdTransaction): Promise<EtcdOutcome> {
    const question = { purpose, path: '/v3/kv/txn', body: transaction }
    return await this.#ask(question, (answer) => ({
      succeeded: answer.succeeded === true,
      revision: this.#noticeRevision(answer),
      entries: readFoundEntries(answer),
    }))
  }

  [Symbol.dispose](): void {
    this.#endpoints[Symbol.dispose]()
  }

  #range(
    purpose: string,
    range: KeyRange,
    limits: Readonly<Record<string, string>>,
  ): Promise<EtcdListing & { readonly hasMore: boolean }> {
    const body = { ...encodeRange(range), ...limits }
    return this.#ask({ purpose, path: '/v3/kv/range', body }, (answer) => ({
      entries: readEntries(answer),
      revision: this.#noticeRevision(answer),
      hasMore: answer.more === true,
    }))
  }

  #noticeRevision(answer: Readonly<Record<string, unknown>>): bigint {
    const revision = readRevision(answer)
    if (revision > this.#revision) this.#revision = revision
    return revision
  }

  async #ask<T>(
    question: Question,
    read: (answer: Readonly<Record<string, unknown>>) => T,
  ): Promise<T> {
    this.#token ??= await this.#authenticate()
    let said = await this.#askAs(question, this.#token)
    if (said.refusal !== undefined && isAboutToken(said.refusal) && this.#user !== undefined) {
      // It has expired, or users have been changed.
      this.#token = await this.#authenticate()
      said = await this.#askAs(question, this.#token)
    }
    return readAnswer(question, said, read)
  }

  #askAs(question: Question, token: string): Promise<EtcdSaying> {
    return this.#endpoints.ask({ ...question, token: token === '' ? undefined : token })
  }

  /** A token; the empty one when everybody may do everything. */
  async #authenticate(): Promise<string> {
    const question = { purpose: 'log in', path: '/v3/auth/authenticate', body: this.#user ?? {} }
    const said = await this.#endpoints.ask(question)
    if (said.refusal?.text.includes('authentication is not enabled')) return ''
    return readAnswer(question, said, ({ token }) => {
      if (typeof token === 'string') return token
      throw new SyntaxError('unexpected answer: no token')
    })
  }
}

function readAnswer<T>(
  { purpose }: Question,
  { origin, body, refusal }: EtcdSaying,
  read: (answer: Readonly<Record<string, unknown>>) => T,
): T {
  const where = `${purpose} in etcd ${origin}`
  if (refusal !== undefined) {
    const hint = hintFor(refusal)
    const text = `${where}: ${refusal.text}${hint === undefined ? '' : ` — ${hint}`}`
    throw new DatastoreError('refused', text)
  }
  try {
    const answer: unknown = JSON.parse(body)
    return read(isObject(answer) ? answer : {})
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new DatastoreError('refused', `${where}: ${cause.message}`, cause)
  }
}
