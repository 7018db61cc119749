/** What processes of a node write to each other: what they want of a pool, and what came of it. */

import { IpAddress } from '#ip/address.ts'
import { IpPrefix } from '#ip/prefix.ts'
import type { IpRange } from '#ip/range.ts'
import type { DatastoreFailure } from '#ipam/whereabouts/datastores/datastore-error.ts'
import type { AllocationOrder, Answer } from '#ipam/whereabouts/pool/allocation.ts'
import type { Freed, FreeOrder } from '#ipam/whereabouts/pool/freeing.ts'
import type { Allocation } from '#ipam/whereabouts/pool/pool.ts'
import { ipAddress, ipPrefix, listOf, oneOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema } from '#schema/schema.ts'

export type PoolOrder =
  | { readonly kind: 'allocate'; readonly order: AllocationOrder }
  | { readonly kind: 'free'; readonly order: FreeOrder }

export type PoolAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'freed'; readonly freed: readonly Freed[] }
  | { readonly kind: 'failed'; readonly failure: DatastoreFailure; readonly message: string }

/** An order, and for how long somebody waits for it. */
export interface Slip {
  readonly order: PoolOrder
  /** As `Clock.monotonicMs` has it: when nobody waits any more. */
  readonly untilMs: number
}

const milliseconds = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const holderKeys: Schema<Allocation> = fields({
  containerId: text(),
  podRef: text(),
  ifName: text(),
})
const spanKeys: Schema<IpRange> = fields({ first: ipAddress(), last: ipAddress() })
const freedKeys: Schema<Freed> = fields({ address: ipAddress(), podRef: text() })

interface WireAllocation extends Omit<AllocationOrder, 'range' | 'blocked'> {
  readonly subnet: IpPrefix
  readonly slice?: { readonly node: string; readonly range: IpPrefix }
  readonly parts: readonly IpRange[]
  readonly blocked: readonly string[]
}

const allocationKeys: Schema<WireAllocation> = fields({
  subnet: ipPrefix(),
  slice: optional(fields({ node: text(), range: ipPrefix() })),
  parts: listOf(spanKeys),
  holder: holderKeys,
  wanted: optional(ipAddress()),
  blocked: listOf(text()),
  nowMs: milliseconds,
})

const freeKeys: Schema<FreeOrder> = fields({
  containerId: text(),
  ifName: text(),
  podRef: text(),
  range: ipPrefix(),
  addresses: listOf(ipAddress()),
  reuseDelayMs: milliseconds,
  nowMs: milliseconds,
})

interface WireSlip {
  readonly allocate?: WireAllocation
  readonly free?: FreeOrder
  readonly untilMs: number
}

const slipKeys: Schema<WireSlip> = fields({
  allocate: optional(allocationKeys),
  free: optional(freeKeys),
  untilMs: milliseconds,
})

/** @throws ConfigError, SyntaxError for what is none, or not all of one */
export function parseSlip(content: string): Slip {
  const { allocate, free, ...others } = readConfig(slipKeys, JSON.parse(content))
  if (free !== undefined) return { order: { kind: 'free', order: free }, ...others }
  if (allocate === undefined) throw new SyntaxError('a slip without an order')
  const { subnet, slice, parts, blocked, ...rest } = allocate
  const range = { subnet, parts, ...(slice && { slice }) }
  const order = { ...rest, range, blocked: new Set(blocked.map(BigInt)) }
  return { order: { kind: 'allocate', order }, ...others }
}

export function formatSlip({ order: { kind, order }, untilMs }: Slip): string {
  const whose = { untilMs: Math.ceil(untilMs) }
  if (kind === 'free') return lineOf({ free: order, ...whose })
  const { range, blocked, ...rest } = order
  const { subnet, slice, parts } = range
  const offsets = [...blocked].map(String)
  return lineOf({ allocate: { ...rest, subnet, slice, parts, blocked: offsets }, ...whose })
}

interface WireAnswer {
  readonly given?: { readonly address: IpAddress; readonly left?: IpAddress }
  readonly taken?: { readonly holder?: Allocation }
  readonly full?: object
  readonly freed?: readonly Freed[]
  readonly failed?: { readonly failure: DatastoreFailure; readonly message: string }
}

const answerKeys: Schema<WireAnswer> = fields({
  given: optional(fields({ address: ipAddress(), left: optional(ipAddress()) })),
  taken: optional(fields({ holder: optional(holderKeys) })),
  full: optional(fields({})),
  freed: optional(listOf(freedKeys)),
  failed: optional(
    fields({ failure: oneOf('unreachable', 'refused', 'contended'), message: text() }),
  ),
})

/** @throws ConfigError, SyntaxError for what is none, or not all of one */
export function parseAnswer(content: string): PoolAnswer {
  const { given, taken, full, freed, failed } = readConfig(answerKeys, JSON.parse(content))
  if (failed !== undefined) return { kind: 'failed', ...failed }
  if (freed !== undefined) return { kind: 'freed', freed }
  if (given !== undefined) return { kind: 'answer', answer: { kind: 'given', ...given } }
  if (taken !== undefined) return { kind: 'answer', answer: { kind: 'taken', ...taken } }
  if (full !== undefined) return { kind: 'answer', answer: { kind: 'full' } }
  throw new SyntaxError('an answer that says nothing')
}

export function formatAnswer(answer: PoolAnswer): string {
  if (answer.kind === 'freed') return lineOf({ freed: answer.freed })
  if (answer.kind === 'failed') {
    return lineOf({ failed: { failure: answer.failure, message: answer.message } })
  }
  const { kind, ...facts } = answer.answer
  return lineOf({ [kind]: facts })
}

/** Addresses and prefixes have texts of their own. */
function lineOf(value: object): string {
  return `${JSON.stringify(value, (_, each) => (hasText(each) ? `${each}` : each))}\n`
}

function hasText(value: unknown): value is IpAddress | IpPrefix {
  return value instanceof IpAddress || value instanceof IpPrefix
}
