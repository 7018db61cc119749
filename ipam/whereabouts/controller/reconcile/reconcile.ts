/** Which addresses and reservations are nobody's any more. */

import type { Allocation } from '#ipam/whereabouts/pool/pool.ts'
import { isRested, isResting } from '#ipam/whereabouts/pool/resting.ts'
import { Coverage } from './coverage.ts'
import type {
  ClusterState,
  Findings,
  Instant,
  ListedPool,
  ListedReservation,
  StaleAllocation,
  StaleReservation,
  Suspicions,
} from './findings.ts'

/** What was thought before, and when it is held against somebody. */
export interface Judgement {
  readonly now: Instant
  readonly suspicions: Suspicions
  /** How long something has to look stale: an ADD may be under way for a pod that nobody has seen yet. */
  readonly graceMs: number
}

/**
 * An allocation is stale when there is no pod of its name, and a reservation when there is none either,
 * or when no pool has an entry of the pod for that address; both when that has been so for all of the
 * grace. A pod that is there keeps what it has, in whatever state it is.
 */
export function reconcile(state: ClusterState, judgement: Judgement): Findings {
  const court = new Court(judgement)
  const coverage = new Coverage(state.pools)
  return {
    allocations: state.pools.flatMap((pool) => staleIn(pool, state, court)),
    reservations: state.reservations.flatMap((each) => {
      return judgeReservation(each, { state, coverage, court })
    }),
    suspicions: court.suspicions,
    strange: court.strange,
  }
}

/** Who remembers what looked stale, and since when. */
class Court {
  readonly suspicions = new Map<string, number>()
  readonly strange: string[] = []
  readonly wallMs: number
  readonly #judgement: Judgement

  constructor(judgement: Judgement) {
    this.#judgement = judgement
    this.wallMs = judgement.now.wallMs
  }

  /** Whether it has looked stale for long enough. */
  isProven(what: string): boolean {
    const { now, suspicions, graceMs } = this.#judgement
    const sinceMs = suspicions.get(what) ?? now.monotonicMs
    this.suspicions.set(what, sinceMs)
    return now.monotonicMs - sinceMs >= graceMs
  }
}

function staleIn(pool: ListedPool, state: ClusterState, court: Court): readonly StaleAllocation[] {
  const stale: StaleAllocation[] = []
  for (const [offset, holder] of pool.taken) {
    const { podRef } = holder
    if (isResting(holder)) {
      if (isRested(holder, court.wallMs)) stale.push({ pool, offset, holder })
    } else if (!isPodRef(podRef)) {
      court.strange.push(`pool ${pool.name}, ${offset}: ${JSON.stringify(podRef)} names no pod`)
    } else if (!state.pods.has(podRef) && court.isProven(nameOf(pool, offset, holder))) {
      stale.push({ pool, offset, holder, podRef })
    }
  }
  return stale
}

/** Another entry in the same place is another suspect. */
function nameOf(pool: ListedPool, offset: bigint, holder: Allocation): string {
  return `${pool.name} ${offset} ${holder.podRef} ${holder.ifName} ${holder.containerId}`
}

interface Evidence {
  readonly state: ClusterState
  readonly coverage: Coverage
  readonly court: Court
}

function judgeReservation(
  reservation: ListedReservation,
  { state, coverage, court }: Evidence,
): readonly StaleReservation[] {
  const { name, uid, podRef } = reservation
  if (!isPodRef(podRef)) {
    const found = JSON.stringify(podRef)
    court.strange.push(`reservation ${name}: ${found} names no pod`)
    return []
  }
  const isThere = state.pods.has(podRef)
  if (isThere && coverage.has(reservation)) return []
  const charge = isThere ? 'unused' : 'left'
  if (!court.isProven(`${charge} ${uid}`)) return []
  return [isThere ? { reservation } : { reservation, podRef }]
}

/** Whether the text is `namespace/name`. */
export function isPodRef(text: string): boolean {
  return /^[^/]+\/[^/]+$/.test(text)
}
