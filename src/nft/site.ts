/** Where rules are made. */

import type { Host } from '#host/host.ts'
import type { Namespace } from '#kernel/kernel.ts'

export interface Site {
  /** The namespace this process is in. */
  readonly space: Namespace
  /** The machine, whose programs work in that namespace. */
  readonly host: Host
}
