/** What a plugin's README promises. */

import { readFileSync } from 'node:fs'
import type { Config } from './config-builders.ts'
import { typesByFolder } from './plugin-types.ts'

export interface Readme {
  readonly text: string
  /** The table under "Keys": each key, and what its row says of it. */
  readonly keys: ReadonlyMap<string, string>
  /** The blocks of JSON, oldest first. */
  readonly examples: readonly Config[]
}

/** The folders that have a README: `plugins/macvlan`. */
export const readmeFolders: readonly string[] = Object.entries(typesByFolder).flatMap(
  ([folder, types]) => types.map((type) => `${folder}/${type}`),
)

/** The README of a folder. @throws Error when there is none */
export function readReadme(folder: string): Readme {
  const text = readFileSync(new URL(`../../${folder}/README.md`, import.meta.url), 'utf8')
  const table = /\n## Keys\n(.*?)\n## /s.exec(text)?.[1] ?? ''
  const rows = [...table.matchAll(/^\| `([\w.[\]]+)` \|(.*)\|$/gm)]
  const blocks = [...text.matchAll(/```json\n(.*?)```/gs)]
  return {
    text,
    keys: new Map(rows.map(([, key = '', meaning = '']) => [key, meaning])),
    examples: blocks.map(([, json = '']): Config => JSON.parse(json)),
  }
}
