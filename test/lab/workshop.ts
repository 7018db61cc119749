/** A place to build in, where everything takes itself away. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectFailures } from '#base/collect-failures.ts'
import { runSync } from './command.ts'
import { LabNamespace } from './namespace.ts'

let made = 0

/** A folder, and what was built; all of it is taken away in the end, newest first. */
export class Workshop {
  /** A folder of its own. */
  readonly folder: string = mkdtempSync(join(tmpdir(), 'netwright-test-'))
  readonly #undo: (() => unknown)[] = []

  constructor() {
    this.#undo.push(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  /** A network namespace with its loopback up. */
  namespace(role: string): LabNamespace {
    made += 1
    const space = new LabNamespace(`${role}-${process.pid}-${made}`)
    runSync(['ip', 'netns', 'add', space.name])
    this.#undo.push(() => removeNamespace(space.name))
    space.ip('link', 'set', 'lo', 'up')
    return space
  }

  /** A cable from `link` of a host to `far0` of a namespace of its own, which is returned. */
  cable(host: LabNamespace, link: string): LabNamespace {
    const far = this.namespace('far')
    far.ip('link', 'add', 'far0', 'type', 'veth', 'peer', 'name', link, 'netns', host.name)
    far.ip('link', 'set', 'far0', 'up')
    host.ip('link', 'set', link, 'up')
    return far
  }

  /** Runs `undo` in the end, and waits until it has run. */
  afterwards(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  /** The end. @throws what could not be taken away */
  async dispose(): Promise<void> {
    await collectFailures(
      this.#undo.reverse().map((undo) => async () => {
        await undo()
      }),
    )
  }
}

function removeNamespace(name: string): void {
  if (readdirSync('/run/netns').includes(name)) runSync(['ip', 'netns', 'delete', name])
}
