/** The master of a link: which link it is built on, and whether it can be. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link, ParentLink } from '#kernel/link.ts'
import { linkName } from '#schema/fields.ts'
import { type OptionalSchema, optional } from '#schema/schema.ts'
import { findDefaultRouteLink } from './default-route-link.ts'
import type { Site } from './interface-plugin.ts'

/** What a type's configuration says of the master. */
export interface MasterConfig {
  /** Name of the link to build on; absent for that of the default route. */
  readonly master?: string
  /** Whether the master is looked up in the sandbox instead of the host. */
  readonly isMasterInSandbox: boolean
  /** Bytes, not more than the master's; 0 or absent for the master's. */
  readonly mtu?: number
}

/** The schema of the key `master`, where the default route's link will do. */
export const masterKey: OptionalSchema<string> = optional({ ...linkName(), emptyIsAbsent: true })

/** The link the configuration names, or that of the default route; nothing when it is not there. */
export function findMaster(home: Namespace, { master }: MasterConfig): Link | undefined {
  return master === undefined ? findDefaultRouteLink(home) : home.findLink(master)
}

/** A master, and what creating a link on it in the sandbox needs to know of it. */
export interface Foundation {
  readonly master: Link
  readonly parent: ParentLink
}

/** @throws ConfigError when the master is not there or cannot carry this link */
export function findFoundation({ config, sandbox, host }: Site<MasterConfig>): Foundation {
  const home = config.isMasterInSandbox ? sandbox : host
  const master = usableMaster(home, config)
  const elsewhere = home === sandbox ? {} : { namespace: home }
  return { master, parent: { index: master.index, ...elsewhere } }
}

/** @throws ConfigError when the master is not there or cannot carry this link */
export function usableMaster(home: Namespace, config: MasterConfig): Link {
  const master = findMaster(home, config)
  const objection = masterObjection(config, master)
  if (master === undefined || objection !== undefined) throw objection
  return master
}

/** Why this link cannot be built on this master, if so. */
export function masterObjection(
  config: MasterConfig,
  master: Link | undefined,
): ConfigError | undefined {
  if (master === undefined) return noMaster(config)
  if (master.isLoopback) {
    return new ConfigError(['master'], 'an Ethernet link', `${master.name}, the loopback`)
  }
  const { mtu = 0 } = config
  if (mtu <= master.mtu) return undefined
  const limit = `a whole number from 0 to ${master.mtu} (the mtu of master ${master.name})`
  return new ConfigError(['mtu'], limit, `${mtu}`)
}

function noMaster({ master, isMasterInSandbox }: MasterConfig): ConfigError {
  const home = isMasterInSandbox ? 'the sandbox' : 'the host'
  if (master === undefined) {
    const expected = `the name of a link of ${home}, which has no default route to tell one`
    return new ConfigError(['master'], expected, 'nothing')
  }
  const found = `${describeFound(master)}, which does not exist`
  return new ConfigError(['master'], `the name of a link of ${home}`, found)
}
