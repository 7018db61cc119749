/** Neighbours: which hardware address answers for which network address. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'

/** `NUD_*` of `<linux/neighbour.h>`. */
export type NeighbourState =
  | 'none'
  | 'incomplete'
  | 'reachable'
  | 'stale'
  | 'delay'
  | 'probe'
  | 'failed'
  | 'noarp'
  | 'permanent'

/** `ip neighbour add ADDRESS lladdr MAC dev LINK nud STATE` */
export interface NeighbourSpec {
  readonly link: number
  readonly address: IpAddress
  readonly mac: Mac
  /** `permanent` when absent. */
  readonly state?: NeighbourState
}

/** A neighbour as the kernel describes it (`RTM_NEWNEIGH`). */
export interface Neighbour {
  readonly link: number
  readonly address: IpAddress
  /** Absent while it is not known. */
  readonly mac?: Mac
  readonly state: NeighbourState
}

/** Which neighbours to list; what is absent does not restrict. */
export interface NeighbourFilter {
  readonly link?: number
  readonly family?: 4 | 6
}
