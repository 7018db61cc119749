/** The state table of a client: RFC 8415 section 18.2. */

import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { findSolicitMaxMs } from '#ipam/dhcp/v6/message/option-values.ts'
import {
  acceptRapidly,
  considerOffer,
  repeatSolicit,
  restart,
  restartAtOnce,
  resume,
} from './acquiring.ts'
import { giveUpMomentOf6 } from './alarms.ts'
import {
  acceptConfirmation,
  acceptExtension,
  acceptRenewal,
  adopt,
  beginExtending,
  checkAgain,
  continueRebinding,
  continueRenewing,
  repeatConfirm,
} from './keeping.ts'
import {
  afterDecline,
  declineLease,
  endDecline,
  endRelease,
  releaseAgain,
  repeatDecline,
  repeatRelease,
  stop,
  stopWithout,
} from './leaving.ts'
import { findReply6 } from './replies.ts'
import { acceptGrant, repeatRequest, requestElsewhere } from './requesting.ts'
import type {
  ClientEvent6,
  ClientState6,
  Context6,
  PhaseName6,
  Signal6,
  SignalKind6,
  Step6,
} from './state.ts'

/** What a phase does on a signal: nothing where it says so, or is not listed. */
type Handler<P extends PhaseName6, K extends SignalKind6> = (
  state: ClientState6<P>,
  signal: Signal6<K>,
  context: Context6,
) => Step6 | undefined

type Handlers<P extends PhaseName6> = { readonly [K in SignalKind6]?: Handler<P, K> }

/** What phases with a lease have in common. */
const keeping = { linkUp: checkAgain, conflict: declineLease } as const

const table: { readonly [P in PhaseName6]: Handlers<P> } = {
  init: { alarm: resume, linkUp: restartAtOnce },
  soliciting: {
    alarm: repeatSolicit,
    advertise: considerOffer,
    reply: acceptRapidly,
    linkUp: restartAtOnce,
  },
  requesting: {
    alarm: repeatRequest,
    reply: acceptGrant,
    linkUp: requestElsewhere,
    conflict: declineLease,
  },
  bound: { ...keeping, alarm: beginExtending },
  renewing: { ...keeping, alarm: continueRenewing, reply: acceptRenewal },
  rebinding: { ...keeping, alarm: continueRebinding, reply: acceptExtension },
  confirming: { ...keeping, alarm: repeatConfirm, reply: acceptConfirmation },
  declining: { alarm: repeatDecline, reply: endDecline, linkUp: afterDecline },
  releasing: { alarm: repeatRelease, reply: endRelease, linkUp: releaseAgain },
  stopped: {},
}

/** How a client begins. */
export interface Beginning6 {
  readonly isLinkUp: boolean
  /** A lease from before, on the clock of `Context6`. */
  readonly lease?: Lease6
  /** Whether somebody waits for the lease, so that there is an end to trying. */
  readonly hasBudget: boolean
}

/** The first step: without a lease from before, something is sent at once. */
export function begin6({ isLinkUp, lease, hasBudget }: Beginning6, context: Context6): Step6 {
  const { nowMs, settings } = context
  const memory = {
    isLinkUp,
    giveUpAtMs: hasBudget ? nowMs + settings.budgetMs : undefined,
    refusals: 0,
    trouble: undefined,
    wanted: undefined,
    solicitMaxMs: undefined,
  }
  const init: ClientState6<'init'> = { ...memory, phase: 'init', resumeAtMs: nowMs }
  return audible(lease === undefined ? restart(memory, context) : adopt(init, lease, context))
}

/** The next step. It costs little, whatever comes over the wire. */
export function advance6(state: ClientState6, event: ClientEvent6, context: Context6): Step6 {
  if (event.kind === 'stop') return audible(stop(state, event.releases, context))
  if (event.kind === 'linkDown') return { state: { ...state, isLinkUp: false }, actions: [] }
  const stay: Step6 = { state, actions: [] }
  const signal = event.kind === 'message' ? findSignal(state, event, context) : event
  if (signal === undefined) return stay
  if (signal.kind === 'linkUp') return state.isLinkUp ? stay : wake(state, context)
  if (signal.kind === 'alarm' && context.nowMs >= giveUpMomentOf6(state)) {
    return audible(giveUp(state, context))
  }
  const informed = inform(state, signal)
  return audible(dispatch(informed, signal, context) ?? { state: informed, actions: [] })
}

function wake(state: ClientState6, context: Context6): Step6 {
  const awake = { ...state, isLinkUp: true }
  return dispatch(awake, { kind: 'linkUp' }, context) ?? { state: awake, actions: [] }
}

function giveUp(state: ClientState6, context: Context6): Step6 {
  const reason = state.isLinkUp ? (state.trouble ?? 'no server has answered') : 'the link is down'
  return stopWithout(state, reason, context)
}

/** RFC 8415 §18.2.9, §18.2.10: a server may say how often it wants to be asked, whatever else it says. */
function inform(state: ClientState6, signal: Signal6): ClientState6 {
  if (signal.kind !== 'advertise' && signal.kind !== 'reply') return state
  const solicitMaxMs = findSolicitMaxMs(signal.message.options)
  return solicitMaxMs === undefined ? state : { ...state, solicitMaxMs }
}

function dispatch<P extends PhaseName6, K extends SignalKind6>(
  state: ClientState6<P>,
  signal: Signal6<K>,
  context: Context6,
): Step6 | undefined {
  const handlers: Handlers<P> = table[state.phase]
  return handlers[signal.kind]?.(state, signal, context)
}

/** A message as what it means to the exchange that the client is in. */
function findSignal(
  state: ClientState6,
  { received }: ClientEvent6 & { readonly kind: 'message' },
  { settings }: Context6,
): Signal6 | undefined {
  if (!('exchange' in state)) return undefined
  return findReply6(received, settings, state.exchange.transaction)
}

/** Nothing is sent over a link that is down; what was due is sent when it is up. */
function audible({ state, actions }: Step6): Step6 {
  return state.isLinkUp
    ? { state, actions }
    : { state, actions: actions.filter(({ kind }) => kind !== 'send') }
}
