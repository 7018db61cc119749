/** The state table of a client: RFC 2131 figure 5. */

import { randomUint32 } from '#ipam/dhcp/chance.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import {
  acceptAck,
  acceptNak,
  acceptOffer,
  declineContested,
  repeatDiscover,
  repeatRequest,
  restart,
  restartAtOnce,
  resume,
} from './acquiring.ts'
import { giveUpMomentOf } from './alarms.ts'
import {
  acceptRenewal,
  acceptRenewalNak,
  adopt,
  beginRenewing,
  continueRebinding,
  continueRenewing,
  extend,
  lose,
  rebootLease,
  repeatReboot,
} from './keeping.ts'
import { findReply } from './replies.ts'
import { release, type ServedAddress, servedAddress } from './requests.ts'
import {
  type Action,
  type ClientEvent,
  type ClientState,
  type Context,
  memoryOf,
  type PhaseName,
  type Signal,
  type SignalKind,
  type Step,
} from './state.ts'
import { probeAgain, repeatProbe } from './taking.ts'

/** What a phase does on a signal: nothing where it says so, or is not listed. */
type Handler<P extends PhaseName, K extends SignalKind> = (
  state: ClientState<P>,
  signal: Signal<K>,
  context: Context,
) => Step | undefined

type Handlers<P extends PhaseName> = { readonly [K in SignalKind]?: Handler<P, K> }

const table: { readonly [P in PhaseName]: Handlers<P> } = {
  init: { alarm: resume, linkUp: restartAtOnce },
  selecting: { alarm: repeatDiscover, offer: acceptOffer, linkUp: restartAtOnce },
  requesting: { alarm: repeatRequest, ack: acceptAck, nak: acceptNak, linkUp: restartAtOnce },
  probing: { alarm: repeatProbe, arp: declineContested, linkUp: probeAgain },
  bound: { alarm: beginRenewing, linkUp: rebootLease },
  renewing: {
    alarm: continueRenewing,
    ack: acceptRenewal,
    nak: acceptRenewalNak,
    linkUp: rebootLease,
  },
  rebinding: { alarm: continueRebinding, ack: extend, nak: lose, linkUp: rebootLease },
  rebooting: { alarm: repeatReboot, ack: extend, nak: lose, linkUp: rebootLease },
  stopped: {},
}

/** How a client begins. */
export interface Beginning {
  readonly isLinkUp: boolean
  /** A lease from before, on the clock of `Context`. */
  readonly lease?: Lease
  /** Whether somebody waits for the lease, so that there is an end to trying. */
  readonly hasBudget: boolean
}

/** The first step: something is sent at once. */
export function begin({ isLinkUp, lease, hasBudget }: Beginning, context: Context): Step {
  const { nowMs, settings } = context
  const memory = {
    isLinkUp,
    giveUpAtMs: hasBudget ? nowMs + settings.timing.budgetMs : undefined,
    refusals: 0,
    trouble: undefined,
    wanted: undefined,
  }
  const init: ClientState<'init'> = { ...memory, phase: 'init', resumeAtMs: nowMs }
  return audible(lease === undefined ? restart(memory, context) : adopt(init, lease, context))
}

/** The next step. It costs little, whatever comes over the wire. */
export function advance(state: ClientState, event: ClientEvent, context: Context): Step {
  if (event.kind === 'stop') return stop(state, event.releases, context)
  if (event.kind === 'linkDown') return { state: { ...state, isLinkUp: false }, actions: [] }
  const stay: Step = { state, actions: [] }
  const signal = event.kind === 'message' ? findSignal(state, event, context) : event
  if (signal === undefined) return stay
  if (signal.kind === 'linkUp') return state.isLinkUp ? stay : wake(state, context)
  if (signal.kind === 'alarm' && isOverBudget(state, context)) return giveUp(state, context)
  return audible(dispatch(state, signal, context) ?? stay)
}

function wake(state: ClientState, context: Context): Step {
  const awake = { ...state, isLinkUp: true }
  return dispatch(awake, { kind: 'linkUp' }, context) ?? { state: awake, actions: [] }
}

/** Whoever has asked for nothing, or holds nothing, has nothing to give back. */
function stop(state: ClientState, releases: boolean, { settings, random }: Context): Step {
  const served = releases ? servedBy(state) : undefined
  const stopped: ClientState = { ...memoryOf(state), phase: 'stopped' }
  if (served === undefined) return { state: stopped, actions: [] }
  const sending = release(settings, randomUint32(random), served)
  return audible({ state: stopped, actions: [{ kind: 'send', sending }] })
}

/** What a server may think that the client has: after a request it does not know whether it has. */
function servedBy(state: ClientState): ServedAddress | undefined {
  if ('lease' in state) return servedAddress(state.lease)
  return state.phase === 'requesting' ? state.offered : undefined
}

function isOverBudget(state: ClientState, { nowMs }: Context): boolean {
  const end = giveUpMomentOf(state)
  return end !== undefined && nowMs >= end
}

function giveUp(state: ClientState, context: Context): Step {
  const reason = state.isLinkUp ? (state.trouble ?? 'no server has answered') : 'the link is down'
  const { state: stopped, actions } = stop(state, true, context)
  return { state: stopped, actions: [...actions, { kind: 'fail', reason }] }
}

function dispatch<P extends PhaseName, K extends SignalKind>(
  state: ClientState<P>,
  signal: Signal<K>,
  context: Context,
): Step | undefined {
  const handlers: Handlers<P> = table[state.phase]
  return handlers[signal.kind]?.(state, signal, context)
}

/** A message as what it means to the exchange that the client is in. */
function findSignal(
  state: ClientState,
  { received }: ClientEvent & { readonly kind: 'message' },
  { settings }: Context,
): Signal | undefined {
  if (!('exchange' in state)) return undefined
  return findReply(received, settings, state.exchange.on.transaction)
}

/** Nothing is sent over a link that is down; what was due is sent when it is up. */
function audible({ state, actions }: Step): Step {
  const isSound = ({ kind }: Action) => kind === 'send' || kind === 'probe'
  return state.isLinkUp
    ? { state, actions }
    : { state, actions: actions.filter((each) => !isSound(each)) }
}
