/** Getting a lease: INIT, SELECTING, REQUESTING, and the look whether the address is free. */

import { randomUint32 } from '#ipam/dhcp/chance.ts'
import { type Lease, objectionTo, readLease } from '#ipam/dhcp/lease/lease.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { errorText } from '#ipam/dhcp/message/option-values.ts'
import { contests } from '#ipam/dhcp/packet/arp.ts'
import { beginExchange, continueExchange, repeatExchange, resend } from './exchange.ts'
import { serverOf } from './replies.ts'
import {
  decline,
  discover,
  release,
  requestOffered,
  type ServedAddress,
  servedAddress,
  type Transaction,
} from './requests.ts'
import {
  type Action,
  type ClientState,
  type Context,
  type Memory,
  memoryOf,
  type Signal,
  type Step,
} from './state.ts'
import { takeIntoUse } from './taking.ts'
import { backoffMs } from './waits.ts'

/** How often an offer is asked for before another one is looked for. */
const mostRequests = 3
/** RFC 2131 §3.1.5: after a DHCPDECLINE, so that a server gone mad is not asked without end. */
const pauseAfterConflictMs = 10_000

/** Begins anew: at once, or after a pause that `resumeAtMs` ends. */
export function restart(
  memory: Memory,
  context: Context,
  resumeAtMs: number = context.nowMs,
): Step {
  if (resumeAtMs > context.nowMs) {
    return { state: { ...memory, phase: 'init', resumeAtMs }, actions: [] }
  }
  const { exchange, action } = beginExchange(context, (on) =>
    discover(context.settings, on, memory.wanted),
  )
  return { state: { ...memory, phase: 'selecting', exchange }, actions: [action] }
}

/** Begins anew after a server's no: at once after the first one, then more and more slowly. */
export function restartRefused(memory: Memory, context: Context): Step {
  const { settings, random, nowMs } = context
  const pauseMs = memory.refusals === 0 ? 0 : backoffMs(memory.refusals, settings.timing, random)
  const refused = { ...memory, refusals: memory.refusals + 1, wanted: undefined }
  return restart(refused, context, nowMs + pauseMs)
}

export function resume(state: ClientState<'init'>, _: Signal, context: Context): Step | undefined {
  return context.nowMs < state.resumeAtMs ? undefined : restart(memoryOf(state), context)
}

export function restartAtOnce(state: ClientState, _: Signal, context: Context): Step {
  return restart(memoryOf(state), context)
}

export function repeatDiscover(
  state: ClientState<'selecting'>,
  _: Signal,
  context: Context,
): Step | undefined {
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const draft = (on: Transaction) => discover(context.settings, on, state.wanted)
  const { exchange, action } = repeatExchange(state.exchange, context, draft)
  return { state: { ...state, exchange }, actions: [action] }
}

/** The first offer that is usable wins. */
export function acceptOffer(
  state: ClientState<'selecting'>,
  { message, senderMac }: Signal<'offer'>,
  context: Context,
): Step {
  const objection = objectionTo(message)
  if (objection !== undefined)
    return troubled(state, `${named('DHCPOFFER', message)}: ${objection}`)
  const server = serverOf(message)
  const offered: ServedAddress = {
    address: message.yourAddress,
    ...(server && { server }),
    ...(senderMac && { serverMac: senderMac }),
  }
  // RFC 2131 §4.4.1: `xid` and `secs` are those of the DHCPDISCOVER, so that relays pass both on alike.
  const { exchange, action } = continueExchange(state.exchange.on, context, (on) =>
    requestOffered(context.settings, on, offered),
  )
  const next = { ...memoryOf(state), phase: 'requesting', exchange, offered } as const
  return { state: next, actions: [action] }
}

export function repeatRequest(
  state: ClientState<'requesting'>,
  _: Signal,
  context: Context,
): Step | undefined {
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const { offered } = state
  if (state.exchange.sends >= mostRequests) {
    const trouble = `no answer to the DHCPREQUEST for ${offered.address}${by(offered.server)}`
    return restart({ ...memoryOf(state), trouble }, context)
  }
  const draft = (on: Transaction) => requestOffered(context.settings, on, offered)
  const { exchange, action } = resend(state.exchange, context, draft)
  return { state: { ...state, exchange }, actions: [action] }
}

export function acceptAck(
  state: ClientState<'requesting'>,
  { message, senderMac }: Signal<'ack'>,
  context: Context,
): Step | undefined {
  if (!isFromChosen(state, message)) return undefined
  const objection = objectionTo(message)
  if (objection !== undefined) return troubled(state, `${named('DHCPACK', message)}: ${objection}`)
  const sinceMs = state.exchange.sentMs
  const lease = readLease({ ack: message, sinceMs, ...(senderMac && { senderMac }) })
  return lease === undefined
    ? refuseAck(state, message, context)
    : takeIntoUse(state, { lease }, context)
}

export function acceptNak(
  state: ClientState<'requesting'>,
  { message }: Signal<'nak'>,
  context: Context,
): Step | undefined {
  if (!isFromChosen(state, message)) return undefined
  const trouble = describeNak(message)
  return restartRefused({ ...memoryOf(state), trouble }, context)
}

/** Somebody else has the address, or is about to: nobody may use it for now. */
export function declineContested(
  state: ClientState<'probing'>,
  { packet }: Signal<'arp'>,
  context: Context,
): Step | undefined {
  const { lease, previous } = state
  const address = lease.address.address
  const { settings, random, nowMs } = context
  if (!contests(packet, { mac: settings.mac, address })) return undefined
  const sending = decline(settings, randomUint32(random), servedAddress(lease))
  const trouble = `${address}${by(lease.server)} is in use by ${packet.senderMac}`
  const memory = { ...memoryOf(state), trouble, wanted: undefined }
  const { state: next } = restart(memory, context, nowMs + pauseAfterConflictMs)
  return { state: next, actions: [{ kind: 'send', sending }, ...losing(previous)] }
}

/** `DHCPNAK of 10.0.0.1: wrong network` */
export function describeNak(message: DhcpMessage): string {
  const reason = errorText(message.options)
  return `${named('DHCPNAK', message)}${reason === '' ? '' : `: ${reason}`}`
}

/** Without a subnet mask the lease is of no use, and asking again would change nothing. */
function refuseAck(state: ClientState<'requesting'>, message: DhcpMessage, context: Context): Step {
  const { settings, random } = context
  const sending = release(settings, randomUint32(random), {
    ...state.offered,
    address: message.yourAddress,
  })
  const reason = `${named('DHCPACK', message)} has no subnet mask (option 1)`
  const giving: Action = { kind: 'send', sending }
  if (state.giveUpAtMs !== undefined) {
    const stopped = { ...memoryOf(state), phase: 'stopped' } as const
    return { state: stopped, actions: [giving, { kind: 'fail', reason }] }
  }
  const again = restartRefused({ ...memoryOf(state), trouble: reason }, context)
  return { ...again, actions: [giving, ...again.actions] }
}

/** The answer of another server is none to this request (RFC 2131 §4.4.1). */
function isFromChosen({ offered }: ClientState<'requesting'>, message: DhcpMessage): boolean {
  const server = serverOf(message)
  return server === undefined
    ? offered.server === undefined
    : offered.server?.equals(server) === true
}

function troubled(state: ClientState, trouble: string): Step {
  return { state: { ...state, trouble }, actions: [] }
}

function losing(lease: Lease | undefined): readonly Action[] {
  return lease === undefined ? [] : [{ kind: 'lose', lease, loss: 'contested' }]
}

function named(type: string, message: DhcpMessage): string {
  return `${type}${by(serverOf(message))}`
}

function by(server: ServedAddress['server']): string {
  return server === undefined ? '' : ` of ${server}`
}
