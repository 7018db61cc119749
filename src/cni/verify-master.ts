/** What CHECK and STATUS have to say of the master of a link. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Link } from '#kernel/link.ts'
import type { Call } from './call.ts'
import type { Site } from './interface-plugin.ts'
import { findMaster, type MasterConfig, masterObjection, usableMaster } from './master.ts'

/**
 * What differs between the master wanted and the link that this one is built on, if anything.
 *
 * @param stacking kinds of links on which the kernel builds no such link but on what they are built on
 * @throws ConfigError when the master is not there or cannot carry this link
 */
export function verifyMaster(
  { config, sandbox, host }: Site<MasterConfig>,
  link: Link,
  stacking: readonly string[] = [],
): string[] {
  const isInSandbox = config.isMasterInSandbox
  const master = usableMaster(isInSandbox ? sandbox : host, config)
  const isStacked = master.kind !== undefined && stacking.includes(master.kind)
  if (isBuiltOn(link, { master, isInSandbox, isStacked })) return []
  // The index of a link means something in its own namespace only.
  const farHome = isInSandbox ? undefined : host
  const home = link.parentNamespaceId === undefined ? sandbox : farHome
  const parent = link.parent === undefined ? undefined : home?.findLink(link.parent)
  return [`master: expected ${master.name}, found ${parent?.name ?? 'a link elsewhere'}`]
}

interface Foundation {
  readonly master: Link
  readonly isInSandbox: boolean
  /** Whether the link is built on what the master is built on. */
  readonly isStacked: boolean
}

/** Whether the master carries this link of the sandbox. */
function isBuiltOn(link: Link, { master, isInSandbox, isStacked }: Foundation): boolean {
  const parent = isStacked ? master.parent : master.index
  const isHere = isInSandbox && !(isStacked && master.parentNamespaceId !== undefined)
  return link.parent === parent && (link.parentNamespaceId === undefined) === isHere
}

/** @throws CniError 50 when an ADD would fail now; 51 when links of this `kind` are cut off, too */
export function verifyMasterReadiness(call: Call, config: MasterConfig, kind: string): void {
  // A master in the sandbox is one of a call that is still to come.
  if (config.isMasterInSandbox) return
  using host = call.kernel.currentNamespace()
  const master = findMaster(host, config)
  const objection = masterObjection(config, master)
  if (objection !== undefined) {
    // Links go with their master, so those on one that is not there are cut off.
    const isGone = master === undefined && config.master !== undefined
    throw notReady(isGone ? 'unavailableLimitedConnectivity' : 'unavailable', objection.message)
  }
  if (master?.isUp === false) {
    const msg = `master: expected a link that is up, found ${master.name}, which is down`
    throw notReady('unavailableLimitedConnectivity', `${msg}; no ${kind} on it has a carrier`)
  }
}

type NotReady = 'unavailable' | 'unavailableLimitedConnectivity'

function notReady(code: NotReady, msg: string): CniError {
  return new CniError(cniErrorCodes[code], msg)
}
