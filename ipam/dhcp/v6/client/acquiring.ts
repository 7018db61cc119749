/** Getting an offer: the pause before it, SOLICIT and ADVERTISE, and the REQUEST that takes one. */

import { judge, type Lease6, readLease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { optionCodes6 } from '#ipam/dhcp/v6/message/option-codes.ts'
import { isMostPreferred, preferenceOf } from '#ipam/dhcp/v6/message/option-values.ts'
import { type Asking, beginExchange6, repeatExchange6 } from './exchange.ts'
import { hold } from './holding.ts'
import { request, type ServedAddress6, solicit } from './requests.ts'
import {
  type ClientState6,
  type Context6,
  type Memory6,
  memoryOf6,
  type Offer,
  type Signal6,
  type Step6,
} from './state.ts'
import { paces, pauseMs } from './waits.ts'

/** Begins anew: at once, or after a pause that `resumeAtMs` ends. */
export function restart(
  memory: Memory6,
  context: Context6,
  resumeAtMs: number = context.nowMs,
): Step6 {
  if (resumeAtMs > context.nowMs) {
    return { state: { ...memory, phase: 'init', resumeAtMs }, actions: [] }
  }
  const { exchange, action } = beginExchange6(solicitation(memory, context), context)
  return {
    state: { ...memory, phase: 'soliciting', exchange, best: undefined },
    actions: [action],
  }
}

/** Begins anew after a server's no: at once after the first one, then more and more slowly. */
export function restartRefused(memory: Memory6, context: Context6): Step6 {
  const { random, nowMs } = context
  const refused = { ...memory, refusals: memory.refusals + 1, wanted: undefined }
  return restart(refused, context, nowMs + pauseMs(memory.refusals, random))
}

export function resume(
  state: ClientState6<'init'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  return context.nowMs < state.resumeAtMs ? undefined : restart(memoryOf6(state), context)
}

export function restartAtOnce(state: ClientState6, _: Signal6, context: Context6): Step6 {
  return restart(memoryOf6(state), context)
}

/** The first wait is for offers to choose from; after it, whatever comes is taken. */
export function repeatSolicit(
  state: ClientState6<'soliciting'>,
  _: Signal6,
  context: Context6,
): Step6 | undefined {
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  if (state.best !== undefined) return takeOffer(state, { offered: state.best.served }, context)
  const asking = solicitation(state, context)
  const { exchange, action } = repeatExchange6(state.exchange, asking, context)
  return { state: { ...state, exchange }, actions: [action] }
}

/** RFC 8415 §18.2.9: the first of those with the highest preference wins. */
export function considerOffer(
  state: ClientState6<'soliciting'>,
  { message, server, sender }: Signal6<'advertise'>,
  context: Context6,
): Step6 {
  const judgement = judge(message, { iaid: context.settings.iaid, wanted: state.wanted })
  if (judgement.kind !== 'grant') {
    const trouble = `ADVERTISE of ${sender}: ${judgement.reason}`
    return { state: { ...state, trouble }, actions: [] }
  }
  const served = { address: judgement.given.address, server, serverAddress: sender }
  const best = better(state.best, { served, preference: preferenceOf(message.options) })
  const isDecided = isMostPreferred(message.options) || state.exchange.sends > 1
  return isDecided
    ? takeOffer(state, { offered: best.served }, context)
    : { state: { ...state, best }, actions: [] }
}

/** A server that was allowed to has granted a lease without an offer. */
export function acceptRapidly(
  state: ClientState6<'soliciting'>,
  { message, server, sender }: Signal6<'reply'>,
  context: Context6,
): Step6 | undefined {
  const { iaid, rapidCommit } = context.settings
  if (!rapidCommit || !message.options.has(optionCodes6.rapidCommit)) return undefined
  const judgement = judge(message, { iaid, wanted: state.wanted })
  if (judgement.kind !== 'grant') {
    return { state: { ...state, trouble: `REPLY of ${sender}: ${judgement.reason}` }, actions: [] }
  }
  const { options } = message
  const origin = { server, serverAddress: sender, sinceMs: state.exchange.sentMs, options }
  return hold(state, { lease: readLease6(judgement, origin) })
}

/** What is asked for, and what is in use meanwhile. */
export interface Bid {
  readonly offered: ServedAddress6
  readonly previous?: Lease6
}

export function takeOffer(
  state: ClientState6,
  { offered, previous }: Bid,
  context: Context6,
): Step6 {
  const { exchange, action } = beginExchange6(requisition(offered, context), context)
  const next = { ...memoryOf6(state), phase: 'requesting', exchange, offered, previous } as const
  return { state: next, actions: [action] }
}

export function requisition(offered: ServedAddress6, { settings }: Context6): Asking {
  return { pace: paces.request, draft: (on) => request(settings, on, offered) }
}

function solicitation({ wanted, solicitMaxMs }: Memory6, { settings }: Context6): Asking {
  const pace = { ...paces.solicit, ...(solicitMaxMs && { longestWaitMs: solicitMaxMs }) }
  return { pace, draft: (on) => solicit(settings, on, wanted) }
}

function better(known: Offer | undefined, offer: Offer): Offer {
  return known !== undefined && known.preference >= offer.preference ? known : offer
}
