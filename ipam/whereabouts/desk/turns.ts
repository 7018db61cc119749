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
   * Has the next one on this node wait, as other nodes want their turn as well: for a random part of what
   * this turn took, in milliseconds, where they were in its way, else for half as long as this one had
   * to wait. Without that a node that has just been served would be the first again, and others never.
   */
  giveWay(tookMs: number | undefined): Promise<void>
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
    const wayMs = await this.#pass()
    return {
      giveWay: (tookMs) => this.#giveWay(tookMs ?? wayMs / 2),
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

  /** Waits for a part of what the one before has said, and returns what that was. */
  async #pass(): Promise<number> {
    const { files, clock, random } = this.#host
    const text = (await files.findText(`${this.#folder}/way`)) ?? ''
    const [wayMs = 0, sinceMs = 0] = text.split(' ').map(Number)
    const agoMs = clock.monotonicMs() - sinceMs
    // Numbers from before the machine was booted are anything, as are those of long ago.
    if (!(wayMs <= longestWayMs && agoMs >= 0 && agoMs <= longestWayMs)) return 0
    const [byte = 0] = random.bytes(1)
    const pauseMs = (wayMs * byte) / 256 - agoMs
    if (pauseMs > 0) await clock.sleep(pauseMs)
    return wayMs
  }

  async #giveWay(tookMs: number): Promise<void> {
    if (tookMs < shortestWayMs) return
    const wayMs = Math.round(Math.min(tookMs, longestWayMs))
    const content = `${wayMs} ${Math.round(this.#host.clock.monotonicMs())}`
    await this.#host.files.replaceWhole(`${this.#folder}/way`, { content, mode: fileMode })
  }
}

/** Nobody is in the way for less. */
const shortestWayMs = 10
const longestWayMs = 5_000
