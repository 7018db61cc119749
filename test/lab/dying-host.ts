/** The sudden death of a process, on a host in memory. */

import type { Files, Host } from '#host/host.ts'
import { fakeError } from './fake-errors.ts'

/**
 * The host of a process that dies after some calls to its files: from then on not even the undoing
 * happens.
 */
export function dyingHost(host: Host, survivedCalls: number): Host {
  let calls = 0
  const files = new Proxy<Files>(host.files, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key, target)
      if (typeof method !== 'function') return method
      return (...parameters: readonly unknown[]): unknown => {
        if (calls++ < survivedCalls) return Reflect.apply(method, target, parameters)
        return Promise.reject(fakeError('EIO', 'die in', String(key)))
      }
    },
  })
  return { ...host, files }
}

/** Whether the action came to its end. */
export async function isDone(action: Promise<unknown>): Promise<boolean> {
  return action.then(
    () => true,
    () => false,
  )
}
