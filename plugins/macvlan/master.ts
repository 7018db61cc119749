/** The master of a macvlan: which link it is, and whether one can be built on it. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import { findDefaultRouteLink } from '#cni/default-route-link.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import type { MacvlanConfig } from './config.ts'

/** The link the configuration names, or that of the default route; nothing when it is not there. */
export function findMaster(home: Namespace, { master }: MacvlanConfig): Link | undefined {
  return master === undefined ? findDefaultRouteLink(home) : home.findLink(master)
}

/** @throws ConfigError when the master is not there or cannot carry this macvlan */
export function usableMaster(home: Namespace, config: MacvlanConfig): Link {
  const master = findMaster(home, config)
  const objection = masterObjection(config, master)
  if (master === undefined || objection !== undefined) throw objection
  return master
}

/** Why this macvlan cannot be built on this master, if so. */
export function masterObjection(
  config: MacvlanConfig,
  master: Link | undefined,
): ConfigError | undefined {
  if (master === undefined) return noMaster(config)
  if (master.isLoopback) {
    return new ConfigError(['master'], 'an Ethernet link', `${master.name}, the loopback`)
  }
  if (config.mtu <= master.mtu) return undefined
  const limit = `a whole number from 0 to ${master.mtu} (the mtu of master ${master.name})`
  return new ConfigError(['mtu'], limit, `${config.mtu}`)
}

function noMaster({ master, isMasterInSandbox }: MacvlanConfig): ConfigError {
  const home = isMasterInSandbox ? 'the sandbox' : 'the host'
  if (master === undefined) {
    const expected = `the name of a link of ${home}, which has no default route to tell one`
    return new ConfigError(['master'], expected, 'nothing')
  }
  const found = `${describeFound(master)}, which does not exist`
  return new ConfigError(['master'], `the name of a link of ${home}`, found)
}

interface Master {
  readonly master: Link
  readonly isInSandbox: boolean
}

/** Whether the master carries this macvlan of the sandbox. */
export function isBuiltOn(link: Link, { master, isInSandbox }: Master): boolean {
  // On a macvlan the kernel builds no other but on what that is built on (macvlan_common_newlink).
  const isStacked = master.kind === 'macvlan' || master.kind === 'macvtap'
  const parent = isStacked ? master.parent : master.index
  const isHere = isInSandbox && !(isStacked && master.parentNamespaceId !== undefined)
  return link.parent === parent && (link.parentNamespaceId === undefined) === isHere
}
