/** The host port on Node.js, and the compiled addon. */

import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import type { Environment, Host, Processes, Random } from './host.ts'
import { LazyHttp } from './lazy-http.ts'
import { lockingThrough } from './lock-waiting.ts'
import { nodeClock } from './node-clock.ts'
import { nodeDigests } from './node-digests.ts'
import { attempting } from './node-errors.ts'
import { nodeFileCalls } from './node-files.ts'
import { NodeStreams } from './node-streams.ts'
import type { Sockets } from './sockets.ts'
import { SystemFiles } from './system-files.ts'

/** The machine as this Node.js process sees it. */
export function nodeHost(): Host {
  const takeLock = lockingThrough(loadAddon, { clock: nodeClock, random })
  const files = new SystemFiles({ calls: nodeFileCalls, attempting, takeLock })
  return {
    program: basename(process.argv[1] ?? '', '.js'),
    arguments: process.argv.slice(2),
    processId: process.pid,
    environment,
    streams: new NodeStreams(),
    files,
    processes,
    sockets,
    http: new LazyHttp(async () =>
      (await import('./node-http.ts')).nodeHttp({ clock: nodeClock, files }),
    ),
    clock: nodeClock,
    random,
    digests: nodeDigests,
    findExecutable: async () => undefined,
  }
}

/**
 * Loads the native addon: the one built on this machine, or the prebuilt one for it.
 *
 * @throws Error when there is neither
 */
export function loadAddon(): unknown {
  const require = createRequire(import.meta.url)
  // By the package's own name, because this file is bundled into another folder.
  const root = dirname(require.resolve('netwright/package.json'))
  return require('node-gyp-build')(root)
}

const environment: Environment = {
  get: (name) => (Object.hasOwn(process.env, name) ? process.env[name] : undefined),
  all: () => {
    const variables: Record<string, string> = {}
    for (const [name, value] of Object.entries(process.env)) {
      if (value !== undefined) variables[name] = value
    }
    return variables
  },
}

const processes: Processes = {
  run: async (request) => {
    // Loaded on demand: node:child_process takes milliseconds, and few calls run another program.
    const { runProcess } = await import('./node-processes.ts')
    return runProcess(request)
  },
  onSignal: (signals, handle) => {
    const notice = (signal: NodeJS.Signals) => handle(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
    for (const signal of signals) process.on(signal, notice)
    const forget = () => {
      for (const signal of signals) process.off(signal, notice)
    }
    return { [Symbol.dispose]: forget }
  },
}

// Loaded on demand: node:net takes milliseconds, and few calls talk to a daemon.
const sockets: Sockets = {
  connect: async (path, request) => {
    const { connectSocket } = await import('./node-sockets.ts')
    return connectSocket(path, request, { clock: nodeClock, random, loadAddon })
  },
  listen: async (path, request) => {
    const { listenSocket } = await import('./node-sockets.ts')
    return listenSocket(path, request, loadAddon)
  },
  adopt: async (descriptor, request) => {
    const { adoptSocket } = await import('./node-sockets.ts')
    return adoptSocket(descriptor, request, loadAddon)
  },
}

const random: Random = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
}
