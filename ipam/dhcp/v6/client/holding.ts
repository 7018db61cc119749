/** Taking a lease into use. */

import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { type ClientState6, memoryOf6, type Step6 } from './state.ts'

/** A lease that was granted, and the one that it takes the place of. */
export interface Succession6 {
  readonly lease: Lease6
  readonly previous?: Lease6 | undefined
}

/**
 * Uses a lease, new or not, until it is time to renew it. Refusals are forgotten only when it is not
 * new: whoever declines one lease after the other is not to have the next ones at once.
 */
export function hold(state: ClientState6, { lease, previous }: Succession6): Step6 {
  const content = { giveUpAtMs: undefined, trouble: undefined, wanted: undefined }
  const refusals = previous === undefined ? state.refusals : 0
  return {
    state: { ...memoryOf6(state), ...content, refusals, phase: 'bound', lease },
    actions: [{ kind: 'hold', lease, previous }],
  }
}
