/** Masquerading: what containers send to other networks comes from the host's address. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { collectFailures } from '#base/collect-failures.ts'
import type { Rollback } from '#base/rollback.ts'
import { SystemError } from '#base/system-error.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import type { Attachment, ContainerInterface } from './attachment.ts'
import { addInIptables } from './iptables-masquerade.ts'
import { hasIptables } from './iptables-program.ts'
import { collectInIptables, removeFromIptables } from './iptables-removal.ts'
import {
  addInNftables,
  collectInNftables,
  hasNftables,
  removeFromNftables,
} from './nftables-masquerade.ts'
import type { Site } from './site.ts'

export type MasqueradeBackend = 'iptables' | 'nftables'

/** Whose traffic: the CNI name of the network, the container and its interface. */
export type MasqueradeOwner = Attachment

/** Where rules are made: the host's namespace, and the machine for iptables. */
export type MasqueradeSite = Site

export interface MasqueradeRequest {
  /** The container's addresses, and the networks that they reach as they are. */
  readonly addresses: readonly IpPrefix[]
  /** `findMasqueradeBackend` decides when absent. */
  readonly backend?: MasqueradeBackend | undefined
  /** Is told how to undo it. */
  readonly undo?: Rollback
}

/**
 * Masquerades what the addresses send to other networks, groups excepted; again is no error. Leaves
 * nothing when it fails.
 *
 * @throws SystemError, `EOPNOTSUPP` without any backend; CniError with what iptables said
 */
export async function addMasquerade(
  site: MasqueradeSite,
  owner: MasqueradeOwner,
  { addresses, backend, undo }: MasqueradeRequest,
): Promise<void> {
  const chosen = backend ?? (await findMasqueradeBackend(site))
  if (chosen === undefined) throw noBackend(owner)
  if (chosen === 'iptables') await addInIptables(site, owner, addresses)
  else addInNftables(site, owner, addresses)
  undo?.did(`masquerade ${addresses.join(', ')}`, () => removeMasquerade(site, owner))
}

/**
 * Removes what either backend masquerades for the owner, whatever the addresses were; nothing there
 * is success.
 *
 * @throws SystemError, CniError with what iptables said, or both in an AggregateError
 */
export async function removeMasquerade(
  site: MasqueradeSite,
  owner: MasqueradeOwner,
): Promise<void> {
  await collectFailures([
    () => removeFromNftables(site, owner),
    () => removeFromIptables(site, owner),
  ])
}

/**
 * Removes what either backend masquerades for attachments to `network` that are not `valid`.
 *
 * @throws SystemError, CniError with what iptables said, or both in an AggregateError
 */
export async function collectMasquerades(
  site: MasqueradeSite,
  network: string,
  valid: readonly ContainerInterface[],
): Promise<void> {
  await collectFailures([
    () => collectInNftables(site, network, valid),
    () => collectInIptables(site, network, valid),
  ])
}

/**
 * iptables where it is usable, as the reference plugins choose, else nftables where the kernel has
 * it; no program is needed for that.
 *
 * @throws SystemError
 */
export async function findMasqueradeBackend({
  space,
  host,
}: MasqueradeSite): Promise<MasqueradeBackend | undefined> {
  if (await hasIptables(host)) return 'iptables'
  return hasNftables(space) ? 'nftables' : undefined
}

/** @throws CniError 50 when no backend is usable; SystemError */
export async function requireMasqueradeBackend(site: MasqueradeSite): Promise<void> {
  if ((await findMasqueradeBackend(site)) !== undefined) return
  const msg = 'ipMasq: neither iptables nor nf_tables is of use here'
  throw new CniError(cniErrorCodes.unavailable, msg)
}

function noBackend({ network, containerId, ifName }: MasqueradeOwner): SystemError {
  return new SystemError({
    operation: 'masquerade',
    object: `${ifName} of ${containerId} in ${network}`,
    errno: 95,
    code: 'EOPNOTSUPP',
    text: 'operation not supported',
    detail: 'neither iptables nor nf_tables is usable',
  })
}
