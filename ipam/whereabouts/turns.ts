/** Processes of one node take turns at a pool: at a time they would only be in each other's way. */

import { isSystemError } from '#base/system-error.ts'
import type { Host } from '#host/host.ts'
import { DatastoreError } from './datastore-error.ts'
import type { Deadline } from './deadline.ts'

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

export class Turns {
  readonly #host: TurnsHost
  readonly #folder: string
  readonly #deadline: Deadline

  /** @param folder where the processes of the node meet */
  constructor(host: TurnsHost, folder: string, deadline: Deadline) {
    this.#host = host
    this.#folder = folder
    this.#deadline = deadline
  }

  /**
   * Waits until nobody else on this node has a turn at the pool of this name. A disk without room is no
   * reason to wait for anything: other nodes do not wait for us either.
   *
   * @throws DatastoreError, `contended` when the time of the call is over
   */
  async take(pool: string): Promise<Turn> {
    const folder = `${this.#folder}/turns/${pool}`
    try {
      await this.#host.files.ensureDirectory(folder, folderMode)
      const lock = await this.#lock(`${folder}/lock`)
      await this.#pass(`${folder}/pause`)
      const giveWay = (tookMs: number) => this.#giveWay(`${folder}/pause`, tookMs)
      return { giveWay, [Symbol.dispose]: () => lock[Symbol.dispose]() }
    } catch (failure) {
      if (!isSystemError(failure, 'ENOSPC', 'EDQUOT', 'EROFS')) throw failure
      return { giveWay: async () => {}, [Symbol.dispose]: () => {} }
    }
  }

  /** Who has waited longest looks most often, and so is nearly always the next. */
  async #lock(path: string): Promise<Disposable> {
    const { files, clock } = this.#host
    const begunMs = clock.monotonicMs()
    for (;;) {
      const lock = await unlessLocked(() => files.lock(path, { mode: fileMode, timeoutMs: 0 }))
      if (lock !== undefined) return lock
      const waitedMs = clock.monotonicMs() - begunMs
      if (this.#deadline.isOver) throw outOfTime(path, waitedMs)
      const pauseMs = Math.max(shortestPauseMs, longestPauseMs - waitedMs / impatience)
      await clock.sleep(Math.min(pauseMs, this.#deadline.remainingMs))
    }
  }

  /** Waits for as long as the one before has said. */
  async #pass(path: string): Promise<void> {
    const { files, clock } = this.#host
    const untilMs = Number(await files.findText(path))
    const pauseMs = untilMs - clock.monotonicMs()
    // Numbers from before the machine was booted are anything.
    if (pauseMs > 0 && pauseMs <= longestWayMs) await clock.sleep(pauseMs)
  }

  async #giveWay(path: string, tookMs: number): Promise<void> {
    const { files, clock, random } = this.#host
    const [byte = 0] = random.bytes(1)
    const pauseMs = (Math.min(tookMs, longestWayMs) * byte) / 256
    const content = `${Math.round(clock.monotonicMs() + pauseMs)}`
    await files.replaceWhole(path, { content, mode: fileMode })
  }
}

const longestPauseMs = 40
const shortestPauseMs = 2
/** How many milliseconds of waiting make a pause one shorter. */
const impatience = 100
const longestWayMs = 2_000

async function unlessLocked(lock: () => Promise<Disposable>): Promise<Disposable | undefined> {
  try {
    return await lock()
  } catch (failure) {
    if (isSystemError(failure, 'ETIMEDOUT')) return undefined
    throw failure
  }
}

function outOfTime(path: string, waitedMs: number): DatastoreError {
  const seconds = Math.round(waitedMs / 1_000)
  const text = `take a turn at ${path}: other processes of this node had theirs for ${seconds} s`
  return new DatastoreError('contended', text)
}
