/** Changes to rules that are found by looking, while somebody else may change them too. */

import { isSystemError } from '#base/system-error.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { NftChange } from '#kernel/nftables.ts'

const retries = 4

/**
 * Looks what there is to change and changes it, again while what was found is gone before it is
 * changed: another DEL of the same container may be running.
 *
 * @throws SystemError
 */
export function settleNftables(space: Namespace, plan: () => readonly NftChange[]): void {
  for (let retriesLeft = retries; ; retriesLeft--) {
    const changes = plan()
    if (changes.length === 0) return
    try {
      space.changeNftables(changes)
      return
    } catch (error) {
      if (retriesLeft === 0 || !isSystemError(error, 'ENOENT')) throw error
    }
  }
}

/** The same for what only takes away: without nf_tables there is nothing. @throws SystemError */
export function sweepNftables(space: Namespace, plan: () => readonly NftChange[]): void {
  settleNftables(space, () => lookInNftables(plan) ?? [])
}

/** What a look finds, or nothing when the kernel has no nf_tables. @throws SystemError */
export function lookInNftables<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    // nfnetlink without the subsystem, a kernel without nfnetlink.
    if (isSystemError(error, 'EINVAL', 'EOPNOTSUPP', 'EPROTONOSUPPORT')) return undefined
    throw error
  }
}
