/** Giving an address up: DECLINE when somebody else has it, RELEASE when nobody needs it. */

import { equalBytes } from '#ipam/dhcp/packet/bytes.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { restartRefused } from './acquiring.ts'
import { type Asking, beginExchange6, repeatExchange6 } from './exchange.ts'
import { decline, release, type ServedAddress6, servedAddress6 } from './requests.ts'
import {
  type Action6,
  type ClientState6,
  type Context6,
  memoryOf6,
  type Signal6,
  type Step6,
} from './state.ts'
import { paces } from './waits.ts'

/** The lease that a client uses in a phase, if any. */
export function leaseInUse(state: ClientState6): Lease6 | undefined {
  if (state.phase === 'requesting') return state.previous
  return 'lease' in state ? state.lease : undefined
}

/** Somebody else has the address that is in use. */
export function declineLease(
  state: ClientState6,
  { hasBudget }: Signal6<'conflict'>,
  context: Context6,
): Step6 | undefined {
  const lease = leaseInUse(state)
  if (lease === undefined) return undefined
  const { nowMs, settings } = context
  const declined = servedAddress6(lease)
  const { exchange, action } = beginExchange6(declination(declined, context), context)
  const memory = {
    ...memoryOf6(state),
    giveUpAtMs: hasBudget ? nowMs + settings.budgetMs : undefined,
    trouble: `${declined.address} of ${declined.serverAddress} is in use by somebody else`,
  }
  return {
    state: { ...memory, phase: 'declining', declined, exchange },
    actions: [action, { kind: 'lose', lease, loss: 'contested' }],
  }
}

export function repeatDecline(
  state: ClientState6<'declining'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  if (state.exchange.sends >= paces.decline.mostSends) return afterDecline(state, _, context)
  const asking = declination(state.declined, context)
  const { exchange, action } = repeatExchange6(state.exchange, asking, context)
  return { state: { ...state, exchange }, actions: [action] }
}

/** RFC 8415 §18.2.10.2: whatever the server says to it. */
export function endDecline(
  state: ClientState6<'declining'>,
  signal: Signal6<'reply'>,
  context: Context6,
): Step6 | undefined {
  if (!equalBytes(state.declined.server, signal.server)) return undefined
  return afterDecline(state, signal, context)
}

/** Looks for another address. */
export function afterDecline(
  state: ClientState6<'declining'>,
  _: Signal6,
  context: Context6,
): Step6 {
  return restartRefused(memoryOf6(state), context)
}

/**
 * Ends, and says what may be given back until a server confirms it or has been asked often enough.
 * Whoever has asked for nothing has nothing to give back.
 */
export function stop(state: ClientState6, releases: boolean, context: Context6): Step6 {
  if (state.phase === 'stopped') return { state, actions: [] }
  if (!releases) return stopped(state, [])
  if (state.phase === 'releasing') return { state, actions: [] }
  const served = servedBy(state)
  if (served === undefined) return stopped(state, [{ kind: 'released', isConfirmed: true }])
  return beginRelease(state, served, context)
}

/** Ends, and tells the server once what it may think that the client has. */
export function stopWithout(state: ClientState6, reason: string, context: Context6): Step6 {
  const served = servedBy(state)
  const actions =
    served === undefined ? [] : [beginExchange6(surrender(served, context), context).action]
  return stopped(state, [...actions, { kind: 'fail', reason }])
}

export function repeatRelease(
  state: ClientState6<'releasing'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  if (state.exchange.sends >= paces.release.mostSends) {
    return stopped(state, [{ kind: 'released', isConfirmed: false }])
  }
  const asking = surrender(state.released, context)
  const { exchange, action } = repeatExchange6(state.exchange, asking, context)
  return { state: { ...state, exchange }, actions: [action] }
}

/** RFC 8415 §18.2.10.2: whatever the server says to it. */
export function endRelease(
  state: ClientState6<'releasing'>,
  { server }: Signal6<'reply'>,
  _: Context6,
): Step6 | undefined {
  if (!equalBytes(state.released.server, server)) return undefined
  return stopped(state, [{ kind: 'released', isConfirmed: true }])
}

/** Nobody has heard it as long as the link was down. */
export function releaseAgain(
  state: ClientState6<'releasing'>,
  _: Signal6,
  context: Context6,
): Step6 {
  return beginRelease(state, state.released, context)
}

function beginRelease(state: ClientState6, released: ServedAddress6, context: Context6): Step6 {
  const { exchange, action } = beginExchange6(surrender(released, context), context)
  return {
    state: { ...memoryOf6(state), phase: 'releasing', released, exchange },
    actions: [action],
  }
}

/** What a server may think that the client has: after a request it does not know whether it has. */
function servedBy(state: ClientState6): ServedAddress6 | undefined {
  if (state.phase === 'requesting') return state.offered
  return 'lease' in state ? servedAddress6(state.lease) : undefined
}

function stopped(state: ClientState6, actions: readonly Action6[]): Step6 {
  return { state: { ...memoryOf6(state), phase: 'stopped' }, actions }
}

function declination(declined: ServedAddress6, { settings }: Context6): Asking {
  return { pace: paces.decline, draft: (on) => decline(settings, on, declined) }
}

function surrender(released: ServedAddress6, { settings }: Context6): Asking {
  return { pace: paces.release, draft: (on) => release(settings, on, released) }
}
