/** Orders that wait for whoever has the turn: files in a folder that the processes of a node share. */

import type { Attachment } from '#cni/network-config.ts'
import type { Files } from '#host/host.ts'
import {
  formatAnswer,
  formatSlip,
  type PoolAnswer,
  parseAnswer,
  parseSlip,
  type Slip,
} from './order-text.ts'

const fileMode = 0o600

/**
 * `NAME.ask` waits; whoever does it renames it to `NAME.taken`, and leaves `NAME.answer` in the end. Who
 * waits may take `NAME.ask` back at any time, and knows by that whether it is being done.
 */
export class Slips {
  readonly #files: Files
  readonly #folder: string

  constructor(files: Files, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  /** A name that no other process of the node has. */
  static nameOf({ containerId, ifName }: Attachment, processId: number): string {
    return `${containerId}:${ifName}:${processId}`
  }

  /** Leaves an order. @throws SystemError */
  async leave(name: string, slip: Slip): Promise<void> {
    await this.#files.append(this.#path(name, 'ask'), formatSlip(slip), fileMode)
  }

  /** Whether the order was still waiting; it waits no more. @throws SystemError */
  async takeBack(name: string): Promise<boolean> {
    return await this.#files.remove(this.#path(name, 'ask'))
  }

  /** What came of an order, which is then forgotten; nothing as long as there is nothing. */
  async findAnswer(name: string): Promise<PoolAnswer | undefined> {
    const answer = parsed(await this.#files.findText(this.#path(name, 'answer')), parseAnswer)
    if (answer !== undefined) await this.forget(name)
    return answer
  }

  /** Removes whatever there is of an order. @throws SystemError */
  async forget(name: string): Promise<void> {
    for (const part of ['ask', 'taken', 'answer']) await this.#files.remove(this.#path(name, part))
  }

  /**
   * Orders that waited, oldest or not, and are now somebody's to answer. What processes have left that
   * are no more is removed.
   *
   * @throws SystemError
   */
  async take(most: number): Promise<readonly (readonly [string, Slip])[]> {
    const taken: (readonly [string, Slip])[] = []
    for (const file of await this.#files.list(this.#folder)) {
      const [, name = '', processId, part] = fileName.exec(file) ?? []
      if (processId === undefined) continue
      const isAlive = (await this.#files.findStatus(`/proc/${processId}`)) !== undefined
      if (!isAlive) await this.#files.remove(`${this.#folder}/${file}`)
      if (!isAlive || part !== 'ask' || taken.length === most) continue
      const slip = await this.#takeOne(name)
      if (slip !== undefined) taken.push([name, slip])
    }
    return taken
  }

  async #takeOne(name: string): Promise<Slip | undefined> {
    const isThere = await this.#files.move(this.#path(name, 'ask'), this.#path(name, 'taken'))
    if (!isThere) return undefined
    const slip = parsed(await this.#files.findText(this.#path(name, 'taken')), parseSlip)
    if (slip === undefined) await this.forget(name)
    return slip
  }

  /** Has an order that was taken wait for somebody else. @throws SystemError */
  async putBack(name: string): Promise<void> {
    await this.#files.move(this.#path(name, 'taken'), this.#path(name, 'ask'))
  }

  /** Tells whoever waits. @throws SystemError */
  async answer(name: string, answer: PoolAnswer): Promise<void> {
    await this.#files.append(this.#path(name, 'answer'), formatAnswer(answer), fileMode)
    await this.#files.remove(this.#path(name, 'taken'))
  }

  #path(name: string, part: string): string {
    return `${this.#folder}/${name}.${part}`
  }
}

/** As `nameOf` has it: the name, and in it the process that waits. */
const fileName = /^(.*:(\d+))\.(ask|taken|answer)$/

/** Nothing of what is not all there yet, or was never written by us. */
function parsed<T>(content: string | undefined, parse: (content: string) => T): T | undefined {
  if (!content?.endsWith('\n')) return undefined
  try {
    return parse(content)
  } catch {
    return undefined
  }
}
