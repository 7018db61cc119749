/** Faults at the ports: counts the calls to kernel and host, and fails the one a test asks for. */

import { SystemError } from '#base/system-error.ts'
import type { Host } from '#host/host.ts'
import type { Kernel } from '#kernel/kernel.ts'

/** The two ports of a call. */
export interface Ports {
  readonly kernel: Kernel
  readonly host: Host
}

export interface WatchedPorts extends Ports {
  /** Every counted call so far, in order: `createLink`, `processes.run`. */
  readonly calls: readonly string[]
}

/** The operation that every injected error names. */
export const injectedFault = 'injected fault'

/**
 * The same ports, whose calls are counted from 1, over both and over every namespace they open.
 * Call number `faultAt` fails with a `SystemError` without being carried out; all others, those of
 * the undoing among them, are carried out. Without `faultAt` nothing fails.
 */
export function watchPorts({ kernel, host }: Ports, faultAt?: number): WatchedPorts {
  const watch = new Watch(faultAt)
  return {
    kernel: watch.watched(kernel, { prefix: '', isSynchronous: true }),
    host: {
      ...host,
      streams: watch.watched(host.streams, { prefix: 'streams.', isSynchronous: false }),
      files: watch.watched(host.files, { prefix: 'files.', isSynchronous: false }),
      processes: watch.watched(host.processes, { prefix: 'processes.', isSynchronous: false }),
    },
    calls: watch.calls,
  }
}

interface Port {
  readonly prefix: string
  readonly isSynchronous: boolean
}

type Method = (...parameters: readonly unknown[]) => unknown

/** They cannot fail, or only tell a person something. */
const uncounted: readonly (string | symbol)[] = [Symbol.dispose, 'isSameAs', 'writeDiagnostic']

class Watch {
  readonly calls: string[] = []
  readonly #faultAt: number | undefined
  readonly #originals = new WeakMap<object, object>()

  constructor(faultAt: number | undefined) {
    this.#faultAt = faultAt
  }

  watched<T extends object>(target: T, port: Port): T {
    const proxy = new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        const method: Method = (...parameters) =>
          Reflect.apply(
            value,
            target,
            parameters.map((parameter) => this.#unwatched(parameter)),
          )
        return uncounted.includes(key) ? method : this.#counted(method, String(key), port)
      },
    })
    this.#originals.set(proxy, target)
    return proxy
  }

  #counted(method: Method, name: string, port: Port): Method {
    return (...parameters) => {
      const count = this.calls.push(`${port.prefix}${name}`)
      if (count === this.#faultAt) return this.#fail(port)
      const answer = method(...parameters)
      return isNamespace(answer) ? this.watched(answer, port) : answer
    }
  }

  #fail({ isSynchronous }: Port): Promise<never> {
    const error = new SystemError({
      operation: injectedFault,
      object: `in call ${this.calls.length} (${this.calls.at(-1)})`,
      errno: 5,
      code: 'EIO',
      text: 'input/output error',
    })
    if (isSynchronous) throw error
    return Promise.reject(error)
  }

  /** A port hands its namespaces to native code, which does not know a proxy of them. */
  #unwatched(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    const original = this.#originals.get(value)
    if (original !== undefined || Object.getPrototypeOf(value) !== Object.prototype) {
      return original ?? value
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, this.#unwatched(part)]),
    )
  }
}

function isNamespace(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'listLinks' in value
}
