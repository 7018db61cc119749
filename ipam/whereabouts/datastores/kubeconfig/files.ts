/** A kubeconfig file, and the files that it names. */

import { messageOf } from '#base/collect-failures.ts'
import type { Files } from '#host/host.ts'
import { folderOf } from '#host/path.ts'
import { mismatch, type Position } from '#schema/schema.ts'

/** Large ones of people are some dozen kilobytes. */
const longestText = 2 ** 20

export class KubeconfigFiles {
  readonly path: string
  readonly #files: Files

  constructor(files: Files, path: string) {
    this.path = path
    this.#files = files
  }

  /**
   * What the file itself says.
   *
   * @throws SystemError, or SyntaxError for what is neither JSON nor YAML
   */
  async readWhole(): Promise<unknown> {
    const text = await this.#files.readText(this.path)
    if (text.length > longestText) throw new SyntaxError('it is too large')
    // The installers write YAML, but JSON is read in a tenth of the time.
    const json = findJson(text)
    if (json !== undefined) return json
    const { parseYaml } = await import('./yaml-text.ts')
    return parseYaml(text)
  }

  /** The path that a name in the file means: it is relative to the folder of the file. */
  pathOf(name: string): string {
    return name.startsWith('/') ? name : `${folderOf(this.path)}/${name}`
  }

  /** What is in the file of this name. @throws ConfigError, of the position of the name */
  async read(name: string, position: Position): Promise<string> {
    try {
      return await this.#files.readText(this.pathOf(name))
    } catch (error) {
      throw mismatch(position, `a file that can be read (${messageOf(error)})`, name)
    }
  }
}

function findJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // YAML has such braces, too.
    return undefined
  }
}
