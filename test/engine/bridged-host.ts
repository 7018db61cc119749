/** The executable's host as an object of the tests. */

import type { Files } from '#host/host.ts'
import type { Connection, Listener } from '#host/sockets.ts'
import type { HostWithoutCalls } from '#test/contract/host.ts'
import type { Bridge } from './bridge.ts'
import type { FarObject } from './bridge-protocol.ts'
import { bridgedHttp } from './bridged-http.ts'

/** The host at the far end of `bridge`. */
export function bridgedHost(bridge: Bridge): HostWithoutCalls {
  return {
    program: bridge.askNow('host', 'program'),
    arguments: bridge.askNow('host', 'arguments'),
    processId: bridge.askNow('host', 'processId'),
    environment: {
      get: (name) => bridge.askNow('environment', 'get', [name]),
      all: () => bridge.askNow('environment', 'all'),
    },
    streams: {
      readInput: () => bridge.ask('streams', 'readInput'),
      writeOutput: (text) => bridge.ask('streams', 'writeOutput', [text]),
      writeDiagnostic: (text) => bridge.ask('streams', 'writeDiagnostic', [text]),
    },
    files: bridgedFiles(bridge),
    processes: bridgedProcesses(bridge),
    sockets: bridgedSockets(bridge),
    http: bridgedHttp(bridge),
    clock: bridgedClock(bridge),
    random: { bytes: (count) => Uint8Array.from(bridge.askNow('random', 'bytes', [count])) },
    digests: { sha512: (text) => bridge.askNow('digests', 'sha512', [text]) },
    findExecutable: () => bridge.ask('host', 'findExecutable'),
  }
}

function bridgedFiles(bridge: Bridge): Files {
  return {
    readText: (path) => bridge.ask('files', 'readText', [path]),
    findText: (path) => bridge.ask('files', 'findText', [path]),
    createWhole: (path, file) => bridge.ask('files', 'createWhole', [path, file]),
    copyWhole: (from, to, mode) => bridge.ask('files', 'copyWhole', [from, to, mode]),
    replaceWhole: (path, file) => bridge.ask('files', 'replaceWhole', [path, file]),
    append: (path, text, mode) => bridge.ask('files', 'append', [path, text, mode]),
    remove: (path) => bridge.ask('files', 'remove', [path]),
    move: (path, to) => bridge.ask('files', 'move', [path, to]),
    list: (path) => bridge.ask('files', 'list', [path]),
    ensureDirectory: (path, mode) => bridge.ask('files', 'ensureDirectory', [path, mode]),
    findLinkTarget: (path) => bridge.ask('files', 'findLinkTarget', [path]),
    findStatus: (path) => bridge.ask('files', 'findStatus', [path]),
    lock: async (path, request) => {
      const lock = await bridge.ask('files', 'lock', [path, request])
      return disposable(bridge, lock)
    },
  }
}

/** JSON drops what is undefined. */
function bridgedProcesses(bridge: Bridge): HostWithoutCalls['processes'] {
  return {
    run: async (request) => {
      const outcome = await bridge.ask('processes', 'run', [request])
      return { exitStatus: undefined, signal: undefined, ...outcome }
    },
  }
}

function bridgedSockets(bridge: Bridge): HostWithoutCalls['sockets'] {
  return {
    connect: async (path, request) =>
      bridgedConnection(bridge, await bridge.ask('sockets', 'connect', [path, request])),
    listen: async (path, request) =>
      bridgedListener(bridge, await bridge.ask('sockets', 'listen', [path, request])),
  }
}

function bridgedClock(bridge: Bridge): HostWithoutCalls['clock'] {
  return {
    monotonicMs: () => bridge.askNow('clock', 'monotonicMs'),
    wallMs: () => bridge.askNow('clock', 'wallMs'),
    sleep: (ms) => bridge.ask('clock', 'sleep', [ms]),
  }
}

function bridgedListener(bridge: Bridge, listener: FarObject): Listener {
  return {
    ...disposable(bridge, listener),
    accept: async () => {
      const client: FarObject | undefined = await bridge.ask(listener.name, 'accept')
      return client && bridgedConnection(bridge, client)
    },
  }
}

function bridgedConnection(bridge: Bridge, connection: FarObject): Connection {
  return {
    ...disposable(bridge, connection),
    read: () => bridge.ask(connection.name, 'read'),
    write: (text) => bridge.ask(connection.name, 'write', [text]),
    end: () => bridge.ask(connection.name, 'end'),
    peer: () => bridge.askNow(connection.name, 'peer'),
  }
}

function disposable(bridge: Bridge, object: FarObject): Disposable {
  return { [Symbol.dispose]: () => bridge.askNow(object.name, 'dispose') }
}
