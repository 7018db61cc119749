/** The daemon that keeps leases, ours or the reference's. */

import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from './lines.ts'
import type { LabNamespace } from './namespace.ts'
import { type ProcessUse, processUse } from './process-use.ts'
import { Service } from './service.ts'
import type { Workshop } from './workshop.ts'

/** How a daemon is started. */
export interface DhcpDaemonRequest {
  /** The command line of the plugin. */
  readonly program: readonly string[]
  /** What comes after `daemon` beside the path of the socket: `-timeout 1s`. */
  readonly flags?: readonly string[]
  /** The file name of the socket, in the workshop's folder. */
  readonly name?: string
}

/** A daemon on a host, with a socket in the folder of the test; it ends with the test. */
export class DhcpDaemon {
  readonly socketPath: string
  readonly #host: LabNamespace
  readonly #request: DhcpDaemonRequest
  readonly #service: Service

  constructor(workshop: Workshop, host: LabNamespace, request: DhcpDaemonRequest) {
    this.#host = host
    this.#request = request
    this.socketPath = join(workshop.folder, request.name ?? 'dhcp.sock')
    this.#service = new Service(workshop, 'the daemon')
  }

  get pid(): number {
    return this.#service.pid
  }

  /** What it has said, of all its lives. */
  get log(): Log {
    return this.#service.log
  }

  /** Starts it; it takes calls when this returns. */
  async start(): Promise<void> {
    const { program, flags = [] } = this.#request
    const daemon = [...program, 'daemon', '-socketpath', this.socketPath, ...flags]
    const command = this.#host.inside(...daemon)
    await this.#service.start({ command }, () => untilListening(this.socketPath))
  }

  /** Has it end in order, as systemd does. Returns the exit status, if there is one. */
  async stop(): Promise<number | null> {
    return await this.#service.end('SIGTERM')
  }

  /** Ends it without a chance to do anything. */
  async kill(): Promise<void> {
    await this.#service.end('SIGKILL')
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  use(): ProcessUse {
    return processUse(this.pid)
  }
}

/** Starts a daemon on a host. */
export async function startDhcpDaemon(
  workshop: Workshop,
  host: LabNamespace,
  request: DhcpDaemonRequest,
): Promise<DhcpDaemon> {
  const daemon = new DhcpDaemon(workshop, host, request)
  await daemon.start()
  return daemon
}

const deadlineMs = 20_000
/** Nobody is told when a socket begins to listen. */
const lookEveryMs = 10

/** Waits until somebody can connect. @throws Error when nobody can in time */
async function untilListening(path: string): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await isListening(path))) {
    if (Date.now() > deadline) throw new Error(`connect to ${path}: nobody listens`)
    await pause(lookEveryMs)
  }
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
