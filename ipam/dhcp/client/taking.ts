/** Taking an address into use, after a look whether it is free. */

import { type Lease, momentsOf } from '#ipam/dhcp/lease/lease.ts'
import { type ClientState, type Context, memoryOf, type Signal, type Step } from './state.ts'
import { fuzzyDelayMs } from './waits.ts'

/** A lease that was granted, and the one that it takes the place of. */
export interface Succession {
  readonly lease: Lease
  readonly previous?: Lease
}

/** An address that is in use already is not looked for: its neighbours would tell of ourselves. */
export function takeIntoUse(
  state: ClientState,
  { lease, previous }: Succession,
  context: Context,
): Step {
  const isInUse = previous?.address.address.equals(lease.address.address) === true
  if (isInUse || context.settings.conflictProbe.count === 0) {
    return hold(state, { lease, ...(previous && { previous }) }, context)
  }
  const probes = { probes: 0, resendAtMs: context.nowMs }
  const probing = { ...memoryOf(state), phase: 'probing', lease, previous, ...probes } as const
  return askForAddress(probing, context)
}

/** Asks again, or is content when nobody has answered often enough. */
export function repeatProbe(
  state: ClientState<'probing'>,
  _: Signal,
  context: Context,
): Step | undefined {
  if (!state.isLinkUp || context.nowMs < state.resendAtMs) return undefined
  const isDone = state.probes >= context.settings.conflictProbe.count
  const { lease, previous } = state
  return isDone
    ? hold(state, { lease, ...(previous && { previous }) }, context)
    : askForAddress(state, context)
}

/** Neighbours have been out of reach, so that their silence means nothing. */
export function probeAgain(state: ClientState<'probing'>, _: Signal, context: Context): Step {
  return askForAddress({ ...state, probes: 0 }, context)
}

/** Uses a lease, new or not, until it is time to renew it. */
export function hold(state: ClientState, { lease, previous }: Succession, context: Context): Step {
  const { random, nowMs } = context
  const renewalAtMs = momentsOf(lease)?.renewalAtMs
  const delayMs = Math.max(0, (renewalAtMs ?? 0) - nowMs)
  const renewAtMs = renewalAtMs === undefined ? undefined : nowMs + fuzzyDelayMs(delayMs, random)
  const content = { giveUpAtMs: undefined, refusals: 0, trouble: undefined, wanted: undefined }
  const memory = { ...memoryOf(state), ...content }
  return {
    state: { ...memory, phase: 'bound', lease, renewAtMs },
    actions: [{ kind: 'hold', lease, previous }],
  }
}

function askForAddress(state: ClientState<'probing'>, context: Context): Step {
  const { mac, conflictProbe } = context.settings
  const claim = { mac, address: state.lease.address.address }
  const resendAtMs = context.nowMs + conflictProbe.intervalMs
  return {
    state: { ...state, probes: state.probes + 1, resendAtMs },
    actions: [{ kind: 'probe', claim }],
  }
}
