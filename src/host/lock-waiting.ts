/** Locks between processes: flock(2), which the addon offers, waited for. */

import { SystemError } from '#base/system-error.ts'
import type { LockRequest } from './host.ts'
import { poll, type Waiting } from './polling.ts'
import { refusal } from './refusal.ts'
import type { TakeLock } from './system-files.ts'

/** What of the addon is needed here. */
interface LockingAddon {
  /** Tells which class errors shall have. */
  initialize(systemError: typeof SystemError): void
  /** Returns what releases the lock, or nothing while somebody else has it. */
  tryLock(path: string, mode: number): (() => void) | undefined
}

/** Locks through the addon, which is loaded at the first lock and not before. */
export function lockingThrough(loadAddon: () => unknown, waiting: Waiting): TakeLock {
  return async (path, request) => {
    const addon = loadAddon()
    if (!isLockingAddon(addon)) throw new TypeError('the native addon has no locks')
    addon.initialize(SystemError)
    const release = await poll(() => addon.tryLock(path, request.mode), request, waiting)
    if (release === undefined) throw timedOut(path, request)
    return { [Symbol.dispose]: release }
  }
}

function timedOut(path: string, { timeoutMs }: LockRequest): SystemError {
  const detail = `another process held it for ${timeoutMs} ms`
  return refusal('ETIMEDOUT', { operation: 'lock', object: path, detail })
}

function isLockingAddon(addon: unknown): addon is LockingAddon {
  if (typeof addon !== 'object' || addon === null) return false
  if (!('initialize' in addon) || !('tryLock' in addon)) return false
  return typeof addon.initialize === 'function' && typeof addon.tryLock === 'function'
}
