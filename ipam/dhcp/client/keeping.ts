/** Keeping a lease: BOUND, RENEWING, REBINDING, and REBOOTING for one from before. */

import { type Lease, momentsOf, objectionTo, readLease } from '#ipam/dhcp/lease/lease.ts'
import type { LeaseMoments } from '#ipam/dhcp/lease/lease-times.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { describeNak, restart, restartRefused } from './acquiring.ts'
import { beginExchange, continueExchange, type Draft, repeatExchange } from './exchange.ts'
import { serverOf } from './replies.ts'
import { rebind, renew, requestAgain, servedAddress, type Transaction } from './requests.ts'
import {
  type ClientState,
  type Context,
  type Exchange,
  memoryOf,
  type Signal,
  type Step,
} from './state.ts'
import { hold, takeIntoUse } from './taking.ts'
import { type ExtensionPhase, extensionWaitMs } from './waits.ts'

type Keeping = ClientState<'bound' | 'renewing' | 'rebinding' | 'rebooting'>

/** How often a server is asked for a lease from before, until silence means that it is still good. */
const mostRebootRequests = 3

/** Begins with a lease from before. */
export function adopt(state: ClientState, lease: Lease, context: Context): Step {
  return isOver(lease, context) ? expire(state, lease, context) : reboot(state, lease, context)
}

/** The link may have been plugged in elsewhere meanwhile. */
export function rebootLease(state: Keeping, _: Signal, context: Context): Step {
  return reboot(state, state.lease, context)
}

export function repeatReboot(
  state: ClientState<'rebooting'>,
  _: Signal,
  context: Context,
): Step | undefined {
  const { lease } = state
  if (isOver(lease, context)) return expire(state, lease, context)
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const isUnanswered = state.exchange.sends >= mostRebootRequests
  // RFC 2131 §3.2: the client may go on with what it has.
  if (isUnanswered) return hold(state, { lease, previous: lease }, context)
  const { exchange, action } = repeatExchange(state.exchange, context, rebootDraft(lease, context))
  return { state: { ...state, exchange }, actions: [action] }
}

export function beginRenewing(
  state: ClientState<'bound'>,
  _: Signal,
  context: Context,
): Step | undefined {
  const { renewAtMs, lease } = state
  const moments = momentsOf(lease)
  if (moments === undefined || renewAtMs === undefined) return undefined
  if (context.nowMs < renewAtMs) return undefined
  // A machine that was suspended, or a lease from before, may be late.
  if (context.nowMs >= moments.rebindingAtMs) return beginRebinding(state, moments, context)
  const { exchange, action } = beginExchange(context, renewalDraft(lease, context))
  const phase = { fromMs: context.nowMs, untilMs: moments.rebindingAtMs }
  const next = { ...memoryOf(state), phase: 'renewing', lease } as const
  return { state: { ...next, exchange: paced(exchange, phase, context) }, actions: [action] }
}

export function continueRenewing(
  state: ClientState<'renewing'>,
  _: Signal,
  context: Context,
): Step | undefined {
  const moments = momentsOf(state.lease)
  if (moments === undefined) return undefined
  if (context.nowMs >= moments.rebindingAtMs) return beginRebinding(state, moments, context)
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const draft = renewalDraft(state.lease, context)
  const { exchange, action } = repeatExchange(state.exchange, context, draft)
  const phase = { fromMs: moments.renewalAtMs, untilMs: moments.rebindingAtMs }
  return { state: { ...state, exchange: paced(exchange, phase, context) }, actions: [action] }
}

export function continueRebinding(
  state: ClientState<'rebinding'>,
  _: Signal,
  context: Context,
): Step | undefined {
  const moments = momentsOf(state.lease)
  if (moments === undefined) return undefined
  if (context.nowMs >= moments.expiryAtMs) return expire(state, state.lease, context)
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const draft = rebindingDraft(state.lease, context)
  const { exchange, action } = repeatExchange(state.exchange, context, draft)
  const phase = { fromMs: moments.rebindingAtMs, untilMs: moments.expiryAtMs }
  return { state: { ...state, exchange: paced(exchange, phase, context) }, actions: [action] }
}

/** The server that gave the lease extends it; another one's answer is none to this request. */
export function acceptRenewal(
  state: ClientState<'renewing'>,
  signal: Signal<'ack'>,
  context: Context,
): Step | undefined {
  return isFromGranter(state.lease, signal.message) ? extend(state, signal, context) : undefined
}

/** Any server extends the lease. */
export function extend(
  state: ClientState<'renewing' | 'rebinding' | 'rebooting'>,
  { message, senderMac }: Signal<'ack'>,
  context: Context,
): Step | undefined {
  if (objectionTo(message) !== undefined) return undefined
  const previous = state.lease
  const sinceMs = state.exchange.sentMs
  const lease = readLease({ ack: message, previous, sinceMs, ...(senderMac && { senderMac }) })
  return lease && takeIntoUse(state, { lease, previous }, context)
}

export function acceptRenewalNak(
  state: ClientState<'renewing'>,
  signal: Signal<'nak'>,
  context: Context,
): Step | undefined {
  return isFromGranter(state.lease, signal.message) ? lose(state, signal, context) : undefined
}

/** The address must not be used any more, whoever says so. */
export function lose(
  state: ClientState<'renewing' | 'rebinding' | 'rebooting'>,
  { message }: Signal<'nak'>,
  context: Context,
): Step {
  const { lease } = state
  const trouble = describeNak(message)
  const { state: next, actions } = restartRefused({ ...memoryOf(state), trouble }, context)
  return { state: next, actions: [{ kind: 'lose', lease, loss: 'refused' }, ...actions] }
}

/** Asks whether a lease is still good (INIT-REBOOT). */
function reboot(state: ClientState, lease: Lease, context: Context): Step {
  const { exchange, action } = beginExchange(context, rebootDraft(lease, context))
  const next = { ...memoryOf(state), phase: 'rebooting', lease, exchange } as const
  return { state: next, actions: [action] }
}

function isOver(lease: Lease, { nowMs }: Context): boolean {
  return nowMs >= (momentsOf(lease)?.expiryAtMs ?? Infinity)
}

function expire(state: ClientState, lease: Lease, context: Context): Step {
  const memory = { ...memoryOf(state), wanted: lease.address.address }
  const { state: next, actions } = restart(memory, context)
  return { state: next, actions: [{ kind: 'lose', lease, loss: 'expired' }, ...actions] }
}

function beginRebinding(
  state: ClientState<'bound' | 'renewing'>,
  moments: LeaseMoments,
  context: Context,
): Step {
  const { nowMs } = context
  if (nowMs >= moments.expiryAtMs) return expire(state, state.lease, context)
  const { lease } = state
  const draft = rebindingDraft(lease, context)
  const { exchange, action } =
    state.phase === 'bound'
      ? beginExchange(context, draft)
      : // An answer of the server that was asked alone is as good now.
        continueExchange(
          { ...state.exchange.on, elapsedMs: nowMs - state.exchange.startedMs },
          context,
          draft,
        )
  const phase = { fromMs: nowMs, untilMs: moments.expiryAtMs }
  const next = { ...memoryOf(state), phase: 'rebinding', lease } as const
  return { state: { ...next, exchange: paced(exchange, phase, context) }, actions: [action] }
}

function paced(exchange: Exchange, phase: ExtensionPhase, { nowMs }: Context): Exchange {
  return { ...exchange, resendAtMs: nowMs + extensionWaitMs(phase, nowMs) }
}

function isFromGranter({ server }: Lease, message: DhcpMessage): boolean {
  const answering = serverOf(message)
  return answering === undefined || server === undefined || server.equals(answering)
}

function rebootDraft(lease: Lease, { settings }: Context): Draft {
  return (on: Transaction) => requestAgain(settings, on, servedAddress(lease))
}

function renewalDraft(lease: Lease, { settings }: Context): Draft {
  return (on: Transaction) => renew(settings, on, servedAddress(lease))
}

function rebindingDraft(lease: Lease, { settings }: Context): Draft {
  return (on: Transaction) => rebind(settings, on, servedAddress(lease))
}
