/** Processes of one node take turns at a pool: at a time they would only be in each other's way. */

import { isSystemError } from '#base/system-error.ts'
import type { Host } from '#host/host.ts'

const folderMode = 0o700
const fileMode = 0o600

/** What turns take of the machine. */
export type TurnsHost = Pick<Host, 'files' | 'clock' | 'random'>

/** A time in which nobody else on this node is at the pool; disposing ends it. */
export interface Turn extends Disposable {
  /**
   * Has the next one on this node wait for a random part of what this turn took, in milliseconds, as
   * other nodes were in its way: else the node that has just been served would be the first again, and
   * others never.
   */
  giveWay(tookMs: number): Promise<void>
}

/** Turns at one pool, by way of a folder that the processes of the node share. */
export class Turns {
  readonly #host: TurnsHost
  readonly #folder: string

  constructor(host: TurnsHost, folder: string) {
    this.#host = host
    this.#folder = folder
  }

  /** A turn, or nothing while somebody has one. @throws SystemError */
  async tryTake(): Promise<Turn | undefined> {
    await this.#host.files.ensureDirectory(this.#folder, folderMode)
    const lock = await this.#tryLock()
    if (lock === undefined) return undefined
    await this.#pass()
    return {
      giveWay: (tookMs) => this.#giveWay(tookMs),
      [Symbol.dispose]: () => lock[Symbol.dispose](),
    }
  }

  async #tryLock(): Promise<Disposable | undefined> {
    try {
      return await this.#host.files.lock(`${this.#folder}/lock`, { mode: fileMode, timeoutMs: 0 })
    } catch (failure) {
      if (isSystemError(failure, 'ETIMEDOUT')) return undefined
      throw failure
    }
  }

  /** Waits for as long as the one before has said. */
  async #pass(): Promise<void> {
    const { files, clock } = this.#host
    const untilMs = Number(await files.findText(`${this.#folder}/pause`))
    const pauseMs = untilMs - clock.monotonicMs()
    // Numbers from before the machine was booted are anything.
    if (pauseMs > 0 && pauseMs <= longestWayMs) await clock.sleep(pauseMs)
  }

  async #giveWay(tookMs: number): Promise<void> {
    const { files, clock, random } = this.#host
    const [byte = 0] = random.bytes(1)
    const pauseMs = (Math.min(tookMs, longestWayMs) * byte) / 256
    const content = `${Math.round(clock.monotonicMs() + pauseMs)}`
    await files.replaceWhole(`${this.#folder}/pause`, { content, mode: fileMode })
  }
}

const longestWayMs = 2_000
