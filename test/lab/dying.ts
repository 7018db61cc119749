/** The sudden death of a process: from then on not even the undoing happens. */

import type { Host } from '#host/host.ts'
import { fakeError } from './fake-errors.ts'

/** What a process works with that dies after some calls of its methods. */
export function dying<T extends object>(subject: T, survivedCalls: number): T {
  let calls = 0
  return new Proxy<T>(subject, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key, target)
      if (typeof method !== 'function') return method
      return (...parameters: readonly unknown[]): unknown => {
        if (calls++ < survivedCalls) return Reflect.apply(method, target, parameters)
        return Promise.reject(fakeError('EIO', 'die in', String(key)))
      }
    },
  })
}

/** The host of a process that dies after some calls to its files. */
export function dyingHost(host: Host, survivedCalls: number): Host {
  return { ...host, files: dying(host.files, survivedCalls) }
}

/** Whether the action came to its end. */
export async function isDone(action: Promise<unknown>): Promise<boolean> {
  return action.then(
    () => true,
    () => false,
  )
}
