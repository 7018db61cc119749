/** What every part of a daemon works with. */

import type { Log } from '#cni/daemon-log.ts'
import type { Host } from '#host/host.ts'
import type { ClientTiming } from '#ipam/dhcp/client/settings.ts'
import type { LeaseFolder } from '#ipam/dhcp/record/lease-folder.ts'
import type { Kernel, Namespace } from '#kernel/kernel.ts'

export interface DaemonSite {
  readonly host: Pick<Host, 'clock' | 'random' | 'files'>
  readonly kernel: Kernel
  readonly folder: LeaseFolder
  readonly log: Log
  readonly bootId: string
  /** What to put before the paths of sandboxes. */
  readonly hostPrefix: string
  readonly wantsBroadcast: boolean
  readonly timing: ClientTiming
  /** The namespace of the links that those in sandboxes are built on. @throws SystemError */
  readonly openHostNamespace: () => Namespace
}
