/** What the packet filter has to know of a call: where rules are made, and whose they are. */

import type { Host } from '#host/host.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Call } from './call.ts'
import type { HostSite } from './interface-plugin.ts'

export interface FilterSite {
  readonly space: Namespace
  /** The machine, whose programs work in that namespace. */
  readonly host: Host
}

/** The namespace this process is in. */
export function filterSite({ call, host }: HostSite): FilterSite {
  return { space: host, host: call.host }
}

/** One interface of one container in one network. */
export interface FilterOwner {
  readonly network: string
  readonly containerId: string
  readonly ifName: string
}

/** The attachment of a call. */
export function filterOwner({ network, containerId, ifName }: Call): FilterOwner {
  return { network: network.name, containerId, ifName }
}
