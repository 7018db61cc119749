/** What a device of the host is like, and how it is made so again. */

import type { SweepStep } from '#base/collect-failures.ts'
import type { Mac } from '#ip/mac.ts'
import type { Address } from '#kernel/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { RT_SCOPE_LINK } from '#kernel/scope.ts'

/** An address of a device on the host. */
export type HostAddress = Pick<Address, 'prefix' | 'broadcast' | 'scope'>

/** What a device loses when it moves, or a container may change. Routes are nobody's to keep. */
export interface DeviceState {
  readonly isUp: boolean
  readonly mtu: number
  readonly mac?: Mac
  readonly alias?: string
  /** The name of the bridge or bond that it is a port of. */
  readonly controller?: string
  readonly addresses: readonly HostAddress[]
}

export function surveyState(host: Namespace, link: Link): DeviceState {
  const { isUp, mtu, mac, alias } = link
  const controller =
    link.controller === undefined ? undefined : host.findLink(link.controller)?.name
  return {
    isUp,
    mtu,
    ...(mac === undefined ? {} : { mac }),
    ...(alias === undefined ? {} : { alias }),
    ...(controller === undefined ? {} : { controller }),
    addresses: host.listAddresses({ link: link.index }).filter(isSomebodys).map(hostAddress),
  }
}

/** Not one that the kernel makes by itself when the link comes up, or learns from a router. */
function isSomebodys({ prefix, scope, isPermanent }: Address): boolean {
  return isPermanent && !(prefix.address.family === 6 && scope === RT_SCOPE_LINK)
}

function hostAddress({ prefix, broadcast, scope }: Address): HostAddress {
  return { prefix, scope, ...(broadcast === undefined ? {} : { broadcast }) }
}

/**
 * The steps that make a device what it was. The last of them takes the mark away, its alias: until
 * then whoever comes next begins again. Without a state it is left as the reference plugin does.
 */
export function restoreSteps(
  host: Namespace,
  link: Link,
  state: DeviceState | undefined,
): readonly SweepStep[] {
  const { index } = link
  if (state === undefined) return [() => host.changeLink(index, { alias: '' })]
  const { mtu, mac = link.mac, alias = '', isUp } = state
  return [
    () => {
      if (mtu !== link.mtu) host.changeLink(index, { mtu })
    },
    () => {
      if (mac !== undefined && mac !== link.mac) host.changeLink(index, { mac })
    },
    () => joinController(host, link, state.controller),
    ...missingAddresses(host, link, state).map((address) => () => {
      host.addAddress({ ...address, link: index })
    }),
    () => host.changeLink(index, { alias, isUp }),
  ]
}

/** It has left its bridge or bond when it moved; one that is gone cannot be joined. */
function joinController(host: Namespace, link: Link, name: string | undefined): void {
  const controller = name === undefined ? undefined : host.findLink(name)?.index
  if (controller === undefined || controller === link.controller) return
  host.changeLink(link.index, { controller })
}

function missingAddresses(
  host: Namespace,
  { index }: Link,
  { addresses }: DeviceState,
): readonly HostAddress[] {
  const present = host.listAddresses({ link: index })
  return addresses.filter(({ prefix }) => !present.some((one) => one.prefix.equals(prefix)))
}
