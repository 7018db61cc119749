/** Programs that allocate addresses of a pool in etcd all the time. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'
import { type Lines, linesOf } from './lines.ts'
import type { LabNamespace } from './namespace.ts'
import type { Workshop } from './workshop.ts'

const source = fileURLToPath(new URL('../fixtures/etcd/allocate.ts', import.meta.url))

/** test/fixtures/etcd/allocate.ts in a process of its own, which ends with the test. */
export class EtcdWriter {
  readonly #name: string
  readonly #child: ChildProcess
  readonly #lines: Lines
  #seen = 0

  constructor(workshop: Workshop, space: LabNamespace, request: EtcdWriterRequest) {
    const { program, settings, name } = request
    const own = [process.execPath, program, JSON.stringify(settings), name]
    const [command = '', ...parameters] = space.inside(...own)
    this.#name = name
    this.#child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = linesOf(this.#child)
    workshop.afterwards(() => this.#child.kill('SIGKILL'))
  }

  /** Waits until it has allocated so many more. @throws Error when it has failed */
  async progress(count: number): Promise<void> {
    const pattern = new RegExp(`^(${this.#name} has added|failed) `)
    this.#seen = this.#lines.seen(pattern).length + count
    const line = await this.#lines.waitFor(pattern, this.#seen)
    if (line.startsWith('failed')) throw new Error(`${this.#name}: ${line}`)
  }

  /** Has it end in order; tells the offsets of the pods it has then. @throws Error when it has failed */
  async finish(): Promise<Readonly<Record<string, string>>> {
    const gone = once(this.#child, 'exit')
    this.#child.stdin?.end()
    const line = await this.#lines.waitFor(/^(held|failed) /)
    await gone
    if (line.startsWith('failed')) throw new Error(`${this.#name}: ${line}`)
    return JSON.parse(line.slice('held '.length))
  }
}

export interface EtcdWriterRequest {
  /** What `bundleEtcdWriter` has made. */
  readonly program: string
  readonly settings: EtcdSettings
  readonly name: string
}

/** Makes the program; returns its path. */
export function bundleEtcdWriter(workshop: Workshop): string {
  const program = join(workshop.folder, 'allocate.mjs')
  buildSync({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['netwright-source'],
  })
  return program
}
