/** The controller of whereabouts, on the real host, in the test's process. */

import type { Host, SignalName } from '#host/host.ts'
import { nodeHost } from '#host/node.ts'
import { runController } from '#ipam/whereabouts/controller/controller.ts'
import type { ClusterScene } from './cluster-scene.ts'
import { type Log, openLog } from './lines.ts'
import type { Workshop } from './workshop.ts'

export class WhereaboutsController {
  readonly #words: readonly string[]
  readonly #log: Log = openLog()
  readonly #handlers = new Set<(signal: SignalName) => void>()
  #ended: Promise<number> | undefined

  constructor(workshop: Workshop, words: readonly string[]) {
    this.#words = words
    workshop.afterwards(() => this.stop())
  }

  /** What it has said, of all its lives. */
  get log(): Log {
    return this.#log
  }

  start(): void {
    this.#ended = runController(this.#host(), this.#words)
  }

  /** Has it end in order; one that is not running has. Returns its exit status, if any. */
  async stop(): Promise<number | undefined> {
    for (const handle of [...this.#handlers]) handle('SIGTERM')
    const status = await this.#ended
    this.#ended = undefined
    return status
  }

  /** The host of this machine, but for what is this process's own. */
  #host(): Host {
    const host = nodeHost()
    const writeDiagnostic = async (text: string) => {
      for (const line of text.trimEnd().split('\n')) this.#log.take(line)
    }
    const onSignal = (_: readonly SignalName[], handle: (signal: SignalName) => void) => {
      this.#handlers.add(handle)
      return { [Symbol.dispose]: () => void this.#handlers.delete(handle) }
    }
    return {
      ...host,
      streams: {
        readInput: () => host.streams.readInput(),
        writeOutput: (text) => host.streams.writeOutput(text),
        writeDiagnostic,
      },
      processes: { run: (request) => host.processes.run(request), onSignal },
    }
  }
}

/** Starts a controller; it ends with the workshop. */
export function startController(
  workshop: Workshop,
  words: readonly string[],
): WhereaboutsController {
  const controller = new WhereaboutsController(workshop, words)
  controller.start()
  return controller
}

/** A controller of a scene, which looks at it only when something happens; it ends with the workshop. */
export function startControllerOf(
  workshop: Workshop,
  scene: ClusterScene,
  server?: string,
): WhereaboutsController {
  const flags = ['-metrics=', '-grace=100ms', '-resync=1h']
  return startController(workshop, ['-kubeconfig', scene.kubeconfig(server), ...flags])
}
