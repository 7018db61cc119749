/** The host port on Node.js, and the compiled addon. */

import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Environment, Host, Processes } from './host.ts'
import { NodeFiles } from './node-files.ts'
import { lockingThrough } from './node-lock.ts'
import { NodeStreams } from './node-streams.ts'

/** The machine as this Node.js process sees it. */
export function nodeHost(): Host {
  return {
    program: basename(process.argv[1] ?? '', '.js'),
    environment,
    streams: new NodeStreams(),
    files: new NodeFiles(lockingThrough(loadAddon)),
    processes,
    clock,
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
}

const clock: Clock = {
  monotonicMs: () => performance.now(),
  sleep: (ms) => sleep(ms),
}
