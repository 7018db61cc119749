/** Keeping a lease: RENEW, REBIND, and CONFIRM for one from before. */

import { randomFraction } from '#ipam/dhcp/chance.ts'
import { equalBytes } from '#ipam/dhcp/packet/bytes.ts'
import { judge, type Lease6, momentsOf6, readLease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { statusCodes } from '#ipam/dhcp/v6/message/option-codes.ts'
import { statusOf } from '#ipam/dhcp/v6/message/option-values.ts'
import { restart, restartRefused, takeOffer } from './acquiring.ts'
import { type Asking, beginExchange6, delayExchange6, repeatExchange6 } from './exchange.ts'
import { hold } from './holding.ts'
import { confirm, rebind, renew, servedAddress6 } from './requests.ts'
import { type ClientState6, type Context6, memoryOf6, type Signal6, type Step6 } from './state.ts'
import { confirmDurationMs, longestConfirmDelayMs, paces } from './waits.ts'

type Keeping = ClientState6<'bound' | 'renewing' | 'rebinding' | 'confirming'>

/** Begins with a lease from before. */
export function adopt(state: ClientState6, lease: Lease6, context: Context6): Step6 {
  return isOver(lease, context) ? expire(state, lease, context) : check(state, lease, context)
}

/** The link may have been plugged in elsewhere meanwhile (RFC 8415 §18.2.12). */
export function checkAgain(state: Keeping, _: Signal6, context: Context6): Step6 {
  return check(state, state.lease, context)
}

export function repeatConfirm(
  state: ClientState6<'confirming'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  const { lease, exchange } = state
  if (isOver(lease, context)) return expire(state, lease, context)
  // RFC 8415 §18.2.3: silence does not mean that the lease is no good.
  if (context.nowMs >= silenceEndsAtMs(state)) return hold(state, { lease, previous: lease })
  if (context.nowMs < exchange.resendAtMs) return undefined
  const sent = repeatExchange6(exchange, confirmation(lease, context), context)
  return { state: { ...state, exchange: sent.exchange }, actions: [sent.action] }
}

/** When a lease that nobody has confirmed or denied is used on. */
export function silenceEndsAtMs({ exchange }: ClientState6<'confirming'>): number {
  return exchange.startedMs + confirmDurationMs
}

/** It says nothing of times: those that the lease has go on. */
export function acceptConfirmation(
  state: ClientState6<'confirming'>,
  { message, sender }: Signal6<'reply'>,
  context: Context6,
): Step6 | undefined {
  const { lease } = state
  const { code, text } = statusOf(message.options)
  if (code === statusCodes.success) return hold(state, { lease, previous: lease })
  if (code !== statusCodes.notOnLink) return undefined
  return lose({ ...state, trouble: `REPLY of ${sender}: ${text}` }, lease, context)
}

export function beginExtending(
  state: ClientState6<'bound'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  const isDue = context.nowMs >= momentsOf6(state.lease).renewalAtMs
  return isDue ? extend(state, state.lease, context) : undefined
}

/** Asks for more of a lease, whoever is to be asked by now. */
export function extend(state: ClientState6, lease: Lease6, context: Context6): Step6 {
  if (isOver(lease, context)) return expire(state, lease, context)
  const phase = context.nowMs < momentsOf6(lease).rebindingAtMs ? 'renewing' : 'rebinding'
  const asking = phase === 'renewing' ? renewal(lease, context) : rebinding(lease, context)
  const { exchange, action } = beginExchange6(asking, context)
  return { state: { ...memoryOf6(state), phase, lease, exchange }, actions: [action] }
}

export function continueRenewing(
  state: ClientState6<'renewing'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  const { lease } = state
  if (context.nowMs >= momentsOf6(lease).rebindingAtMs) return extend(state, lease, context)
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const { exchange, action } = repeatExchange6(state.exchange, renewal(lease, context), context)
  return { state: { ...state, exchange }, actions: [action] }
}

export function continueRebinding(
  state: ClientState6<'rebinding'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  const { lease } = state
  if (isOver(lease, context)) return expire(state, lease, context)
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  const { exchange, action } = repeatExchange6(state.exchange, rebinding(lease, context), context)
  return { state: { ...state, exchange }, actions: [action] }
}

/** The server that gave the lease extends it; another one's answer is none to this request. */
export function acceptRenewal(
  state: ClientState6<'renewing'>,
  signal: Signal6<'reply'>,
  context: Context6,
): Step6 | undefined {
  const isFromGranter = equalBytes(state.lease.server, signal.server)
  return isFromGranter ? acceptExtension(state, signal, context) : undefined
}

/** RFC 8415 §18.2.10.1. An answer that neither extends nor ends the lease is as good as none. */
export function acceptExtension(
  state: ClientState6<'renewing' | 'rebinding'>,
  { message, server, sender }: Signal6<'reply'>,
  context: Context6,
): Step6 | undefined {
  const previous = state.lease
  const wanted = previous.address.address
  const judgement = judge(message, { iaid: context.settings.iaid, wanted })
  if (judgement.kind === 'grant') {
    const { options } = message
    const origin = { server, serverAddress: sender, sinceMs: state.exchange.sentMs, options }
    return hold(state, { lease: readLease6(judgement, origin), previous })
  }
  const isUnknown = judgement.kind === 'refusal' && judgement.status === statusCodes.noBinding
  if (isUnknown) {
    const offered = { address: wanted, server, serverAddress: sender }
    return takeOffer(state, { offered, previous }, context)
  }
  const isOff = judgement.kind === 'withdrawal' || judgement.status === statusCodes.notOnLink
  const trouble = `REPLY of ${sender}: ${judgement.reason}`
  return isOff ? lose({ ...state, trouble }, previous, context) : undefined
}

/** The address must not be used any more, since a server says so. */
export function lose(state: ClientState6, lease: Lease6, context: Context6): Step6 {
  const { state: next, actions } = restartRefused(memoryOf6(state), context)
  return { state: next, actions: [{ kind: 'lose', lease, loss: 'refused' }, ...actions] }
}

export function expire(state: ClientState6, lease: Lease6, context: Context6): Step6 {
  const memory = { ...memoryOf6(state), wanted: lease.address.address }
  const { state: next, actions } = restart(memory, context)
  return { state: next, actions: [{ kind: 'lose', lease, loss: 'expired' }, ...actions] }
}

export function isOver(lease: Lease6, { nowMs }: Context6): boolean {
  return nowMs >= momentsOf6(lease).expiryAtMs
}

/** Asks whether a lease is still good, after a moment (RFC 8415 §18.2.3). */
function check(state: ClientState6, lease: Lease6, context: Context6): Step6 {
  const delayMs = longestConfirmDelayMs * randomFraction(context.random)
  const exchange = delayExchange6(delayMs, context)
  return { state: { ...memoryOf6(state), phase: 'confirming', lease, exchange }, actions: [] }
}

function confirmation(lease: Lease6, { settings }: Context6): Asking {
  return { pace: paces.confirm, draft: (on) => confirm(settings, on, servedAddress6(lease)) }
}

function renewal(lease: Lease6, { settings }: Context6): Asking {
  return { pace: paces.renew, draft: (on) => renew(settings, on, servedAddress6(lease)) }
}

function rebinding(lease: Lease6, { settings }: Context6): Asking {
  return { pace: paces.rebind, draft: (on) => rebind(settings, on, servedAddress6(lease)) }
}
