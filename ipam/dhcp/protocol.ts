/**
 * What the plugin and the daemon say to each other over the socket: the plugin one line of JSON, a
 * `DaemonRequest`; the daemon one line, an `Answer`, and before it empty lines as a sign of life.
 * Both are parts of one version of this program, so the form may change with any version.
 */

import { CniError } from '#base/cni-error.ts'
import type { Attachment } from '#cni/network-config.ts'
import {
  anything,
  interfaceName,
  listOf,
  nonEmptyText,
  oneOf,
  text,
  wholeNumber,
} from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema } from '#schema/schema.ts'
import {
  type LeaseKey,
  type LeaseOrder,
  leaseKey,
  leaseOrder,
  orderToJson,
} from './record/lease-order.ts'

/** What is wanted of a daemon. */
export type DaemonRequest =
  /** Get a lease, or tell the one that is there: the answer's result is a CNI result. */
  | { readonly verb: 'allocate'; readonly order: LeaseOrder }
  /** Give a lease back; having none is success. */
  | { readonly verb: 'release'; readonly key: LeaseKey }
  /** Tell the lease that is there, as `allocate` does, or that there is none. */
  | { readonly verb: 'find'; readonly key: LeaseKey }
  /** Give back every lease of the network but those of these attachments. */
  | {
      readonly verb: 'collect'
      readonly network: string
      readonly valid: readonly Attachment[]
    }
  /** Tell every lease. */
  | { readonly verb: 'list' }
  | { readonly verb: 'status' }

const verb: Schema<{ readonly verb: DaemonRequest['verb'] }> = fields({
  verb: oneOf('allocate', 'release', 'find', 'collect', 'list', 'status'),
})
const allocation = fields({ order: leaseOrder })
const keyed = fields({ key: leaseKey })
const attachment: Schema<Attachment> = fields({
  containerId: nonEmptyText(),
  ifName: interfaceName(),
})
const collection = fields({ network: nonEmptyText(), valid: listOf(attachment) })

/** @throws ConfigError for anything that is no request */
export function decodeRequest(raw: unknown): DaemonRequest {
  const request = readConfig(verb, raw)
  switch (request.verb) {
    case 'allocate':
      return { verb: request.verb, ...readConfig(allocation, raw) }
    case 'release':
    case 'find':
      return { verb: request.verb, ...readConfig(keyed, raw) }
    case 'collect':
      return { verb: request.verb, ...readConfig(collection, raw) }
    case 'list':
    case 'status':
      return { verb: request.verb }
  }
}

export function encodeRequest(request: DaemonRequest): string {
  const json =
    request.verb === 'allocate' ? { ...request, order: orderToJson(request.order) } : request
  return `${JSON.stringify(json)}\n`
}

/** Why a request was refused, as in `CniError`. */
export interface Failure {
  readonly code: number
  readonly msg: string
  readonly details?: string
}

const failure: Schema<Failure> = fields({
  code: wholeNumber(1, 999),
  msg: text(),
  details: optional(text()),
})
const answer = fields({ error: optional(failure), result: optional(anything()) })

/** What became of a request. */
export interface Answer {
  readonly error?: Failure
  readonly result?: unknown
}

export function encodeAnswer(given: Answer): string {
  return `${JSON.stringify(given)}\n`
}

/** What is told of an error. */
export function failureOf({ code, msg, details }: CniError): Failure {
  return { code, msg, ...(details !== undefined && { details }) }
}

/** The result of an answer. @throws CniError, the daemon's own; ConfigError for what is no answer */
export function decodeAnswer(raw: unknown): unknown {
  const { error, result } = readConfig(answer, raw)
  if (error !== undefined) throw new CniError(error.code, error.msg, error.details)
  return result
}
