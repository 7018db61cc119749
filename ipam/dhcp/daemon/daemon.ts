/** `dhcp daemon`: gets leases for containers, and keeps them as long as these live. */

import { messageOf } from '#base/collect-failures.ts'
import { asksForHelp, FlagError } from '#base/flags.ts'
import { isSystemError } from '#base/system-error.ts'
import { type Log, logTo } from '#cni/daemon-log.ts'
import type { Host, SignalName } from '#host/host.ts'
import { LeaseFolder } from '#ipam/dhcp/record/lease-folder.ts'
import type { Kernel, Namespace } from '#kernel/kernel.ts'
import type { DaemonSite } from './daemon-site.ts'
import { type DaemonFlags, flagUsage, readFlags } from './flags.ts'
import { LeaseTable } from './lease-table.ts'
import { listen } from './listen.ts'
import { performRequest } from './perform-request.ts'
import { serve } from './server.ts'

/** As Go's programs end that were called wrongly. */
const usageStatus = 2
const failureStatus = 1
/** A daemon that is being replaced takes a moment to end. */
const lockMs = 5000

/**
 * Runs the daemon until a signal ends it, and returns the exit status.
 *
 * @param words the command line after `daemon`
 */
export async function runDaemon(
  host: Host,
  words: readonly string[],
  openKernel: () => Promise<Kernel>,
): Promise<number> {
  const log = logTo(host.streams, host.clock)
  try {
    if (asksForHelp(words)) {
      await host.streams.writeDiagnostic(flagUsage)
      return 0
    }
    await new Daemon(host, await openKernel(), { flags: readFlags(words), log }).run()
    return 0
  } catch (error) {
    if (error instanceof FlagError) {
      await host.streams.writeDiagnostic(`${error.message}\n${flagUsage}`)
      return usageStatus
    }
    log('dhcp daemon', messageOf(error))
    return failureStatus
  }
}

interface Orders {
  readonly flags: DaemonFlags
  readonly log: Log
}

class Daemon {
  readonly #host: Host
  readonly #kernel: Kernel
  readonly #flags: DaemonFlags
  readonly #log: Log

  constructor(host: Host, kernel: Kernel, { flags, log }: Orders) {
    this.#host = host
    this.#kernel = kernel
    this.#flags = flags
    this.#log = log
  }

  async run(): Promise<void> {
    const { pidFile, hostPrefix, socketPath } = this.#flags
    const path = `${hostPrefix}${socketPath}`
    const folder = new LeaseFolder(this.#host, path)
    using _lock = await this.#lock(folder)
    await using _pid = await this.#writePid(pidFile)
    using listener = await listen(this.#host, path)
    using _signals = this.#host.processes.onSignal(['SIGTERM', 'SIGINT'], (signal: SignalName) => {
      this.#log('dhcp daemon', `ending on ${signal}`)
      listener[Symbol.dispose]()
    })
    await this.#keepLeases(folder, (table, site) =>
      serve(listener, {
        clock: this.#host.clock,
        log: this.#log,
        perform: (request) => performRequest(site, table, request),
        cancel: async (request) => {
          if (request.verb === 'allocate') await table.cancel(request.order.key)
        },
      }),
    )
  }

  async #keepLeases(
    folder: LeaseFolder,
    serveFrom: (table: LeaseTable, site: DaemonSite) => Promise<void>,
  ): Promise<void> {
    const site = await this.#site(folder)
    const table = new LeaseTable(site)
    await table.adopt(await folder.readAll())
    const resuming = table.resume()
    try {
      await serveFrom(table, site)
    } finally {
      await table.end()
      await resuming
    }
  }

  async #site(folder: LeaseFolder): Promise<DaemonSite> {
    const { hostPrefix, wantsBroadcast, timing } = this.#flags
    const bootId = (await this.#host.files.readText('/proc/sys/kernel/random/boot_id')).trim()
    const openHostNamespace = () => openHost(this.#kernel, hostPrefix)
    const [host, kernel, log] = [this.#host, this.#kernel, this.#log]
    return {
      host,
      kernel,
      folder,
      log,
      bootId,
      hostPrefix,
      wantsBroadcast,
      timing,
      openHostNamespace,
    }
  }

  async #lock(folder: LeaseFolder): Promise<Disposable> {
    try {
      return await folder.lock(lockMs)
    } catch (error) {
      if (!isSystemError(error, 'ETIMEDOUT')) throw error
      throw new Error(`take ${folder.path}: another DHCP daemon has it`, { cause: error })
    }
  }

  async #writePid(path: string): Promise<AsyncDisposable> {
    const { files, processId } = this.#host
    if (path !== '') await files.replaceWhole(path, { content: `${processId}`, mode: 0o644 })
    return {
      [Symbol.asyncDispose]: async () => {
        if (path !== '') await files.remove(path)
      },
    }
  }
}

/** A daemon in a container has the host's processes below its prefix. */
function openHost(kernel: Kernel, hostPrefix: string): Namespace {
  const ofFirst =
    hostPrefix === '' ? undefined : kernel.findNamespace(`${hostPrefix}/proc/1/ns/net`)
  return ofFirst ?? kernel.currentNamespace()
}
