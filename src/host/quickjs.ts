/** The host port in the executable, and the addon that is linked into it. */

import * as engine from 'netwright:engine'
import type { FileCalls } from './file-calls.ts'
import type { Clock, Digests, Environment, Host, Processes, Random, Streams } from './host.ts'
import { LazyHttp } from './lazy-http.ts'
import { lockingThrough } from './lock-waiting.ts'
import { baseName } from './path.ts'
import { attempting } from './quickjs-errors.ts'
import type { Sockets } from './sockets.ts'
import { SystemFiles } from './system-files.ts'

/** The machine as this process sees it. */
export function quickjsHost(): Host {
  const [path = '', ...parameters] = engine.getArguments()
  const takeLock = lockingThrough(loadAddon, { clock, random })
  const files = new SystemFiles({ calls, attempting, takeLock })
  return {
    program: baseName(path),
    arguments: parameters,
    // Asked for when it is wanted: few calls do.
    get processId() {
      return engine.getProcessId()
    },
    environment,
    streams,
    files,
    processes,
    sockets,
    http: new LazyHttp(async () =>
      (await import('./quickjs-http.ts')).quickjsHttp({ clock, files }),
    ),
    clock,
    random,
    digests,
    findExecutable: async () =>
      attempting({ operation: 'look up', object: 'this program' }, engine.findExecutable),
  }
}

/** The native addon, which is part of the executable. */
export function loadAddon(): unknown {
  return engine.loadAddon()
}

/** What the process ends with when nothing is left to do. */
export function setExitStatus(status: number): void {
  engine.setExitStatus(status)
}

const environment: Environment = {
  get: engine.getVariable,
  all: engine.listVariables,
}

const streams: Streams = {
  readInput: async () =>
    attempting({ operation: 'read', object: 'standard input' }, engine.readInput),
  writeOutput: async (text) =>
    attempting({ operation: 'write', object: 'standard output' }, () => engine.writeOutput(text)),
  // A diagnostic that nobody can receive must not change how the call ends.
  writeDiagnostic: async (text) => {
    try {
      engine.writeDiagnostic(text)
    } catch {}
  },
}

const calls: FileCalls = {
  readText: engine.readText,
  createExclusive: (path, { content, mode }) => engine.createExclusive(path, content, mode),
  append: (path, { content, mode }) => engine.append(path, content, mode),
  copyExclusive: engine.copyExclusive,
  link: engine.link,
  readLink: engine.readLink,
  rename: engine.rename,
  unlink: engine.unlink,
  makeFolder: engine.makeFolder,
  list: engine.list,
  status: engine.status,
}

const processes: Processes = {
  run: async (request) => {
    // Loaded on demand: few calls run another program.
    const { runProcess } = await import('./quickjs-processes.ts')
    return runProcess(request)
  },
  onSignal: (signals, handle) => {
    const watches = signals.map((name) => engine.watchSignal(name, () => handle(name)))
    return { [Symbol.dispose]: () => watches.splice(0).forEach(engine.unwatchSignal) }
  },
}

const sockets: Sockets = {
  connect: async (path, request) => {
    const { connectSocket } = await import('./quickjs-sockets.ts')
    return connectSocket(path, request, { clock, random })
  },
  listen: async (path, request) => {
    const { listenSocket } = await import('./quickjs-sockets.ts')
    return listenSocket(path, request)
  },
  adopt: async (descriptor, request) => {
    const { adoptSocket } = await import('./quickjs-sockets.ts')
    return adoptSocket(descriptor, request)
  },
}

const clock: Clock = {
  monotonicMs: engine.monotonicMs,
  wallMs: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      engine.startTimer(ms, resolve)
    }),
  startTimer: (ms, ring) => {
    const timer = engine.startTimer(ms, ring)
    return { [Symbol.dispose]: () => engine.stopTimer(timer) }
  },
}

const random: Random = {
  bytes: engine.randomBytes,
}

const digests: Digests = {
  sha512: engine.sha512,
}
