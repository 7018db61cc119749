/** What the numbers were measured on: the machine, and the versions of what was compared. */

import { readFileSync } from 'node:fs'
import { cpus, release } from 'node:os'

/** A list for a document, without a date. The version of the Go plugins is in GO_PLUGINS_VERSION. */
export function describeMachine(): string {
  const [{ model } = { model: 'unknown' }] = cpus()
  return [
    `- machine: ${cpus().length} × ${model.trim()}, Linux ${release()}`,
    `- netwright: ${versionIn('.')}, on @suchipi/quickjs ${versionIn('node_modules/@suchipi/quickjs')}`,
    `- Go: Debian's containernetworking-plugins ${process.env.GO_PLUGINS_VERSION}`,
    `- Node.js entry: Node.js ${process.versions.node}`,
  ].join('\n')
}

function versionIn(folder: string): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(`${folder}/package.json`, 'utf8'),
  )
  return version
}
