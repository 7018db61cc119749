/** Locks between processes: flock(2), which Node.js itself does not offer. */

import { setTimeout as sleep } from 'node:timers/promises'
import { SystemError } from '#base/system-error.ts'
import type { LockRequest } from './host.ts'
import { systemErrorOf } from './node-errors.ts'
import type { TakeLock } from './node-files.ts'

/** What of the addon is needed here. */
interface LockingAddon {
  /** Tells which class errors shall have. */
  initialize(systemError: typeof SystemError): void
  /** Returns what releases the lock, or nothing while somebody else has it. */
  tryLock(path: string, mode: number): (() => void) | undefined
}

/** Waiting is polling, at growing and random intervals so that many waiters neither spin nor march. */
const firstPauseMs = 2
const longestPauseMs = 40

/** Locks through the addon, which is loaded at the first lock and not before. */
export function lockingThrough(loadAddon: () => unknown): TakeLock {
  return async (path, request) => {
    const addon = loadAddon()
    if (!isLockingAddon(addon)) throw new TypeError('the native addon has no locks')
    addon.initialize(SystemError)
    return waitForLock(addon, path, request)
  }
}

async function waitForLock(
  addon: LockingAddon,
  path: string,
  { mode, timeoutMs }: LockRequest,
): Promise<Disposable> {
  const deadlineMs = performance.now() + timeoutMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const release = addon.tryLock(path, mode)
    if (release !== undefined) return { [Symbol.dispose]: release }
    const leftMs = deadlineMs - performance.now()
    if (leftMs <= 0) throw timedOut(path, timeoutMs)
    await sleep(Math.min(leftMs, 1 + Math.random() * pauseMs))
  }
}

function timedOut(path: string, timeoutMs: number): SystemError {
  const detail = `another process held it for ${timeoutMs} ms`
  return systemErrorOf('ETIMEDOUT', { operation: 'lock', object: path, detail })
}

function isLockingAddon(addon: unknown): addon is LockingAddon {
  if (typeof addon !== 'object' || addon === null) return false
  if (!('initialize' in addon) || !('tryLock' in addon)) return false
  return typeof addon.initialize === 'function' && typeof addon.tryLock === 'function'
}
