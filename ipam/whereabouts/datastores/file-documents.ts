/** The documents of the file datastore. */

import type { Files } from '#host/host.ts'
import { isObject } from '#schema/schema.ts'
import { DatastoreError } from './datastore-error.ts'

const folderMode = 0o700
const fileMode = 0o600

/** JSON objects in files of their own. Whoever writes holds the lock of the datastore. */
export class FileDocuments {
  readonly #files: Files

  constructor(files: Files) {
    this.#files = files
  }

  /** The object in the file, or nothing when there is no file. @throws DatastoreError, SystemError */
  async find(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const text = await this.#files.findText(path)
    // An empty one is what a loss of power left of the first that was written.
    if (!text) return undefined
    const document = parse(path, text)
    if (isObject(document)) return document
    throw new DatastoreError(
      'refused',
      `read ${path}: it is not a JSON object; restore or remove it`,
    )
  }

  /** @throws SystemError */
  async write(path: string, document: object): Promise<void> {
    await this.#files.ensureDirectory(path.slice(0, path.lastIndexOf('/')), folderMode)
    const content = `${JSON.stringify(document)}\n`
    await this.#files.replaceWhole(path, { content, mode: fileMode })
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `read ${path}: it is not JSON; restore or remove it`
    throw new DatastoreError('refused', message, cause)
  }
}
