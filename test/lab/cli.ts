/** The command-line tool, as an operator calls it. */

import { fileURLToPath } from 'node:url'
import { engine } from './cni-call.ts'
import { run, succeed } from './command.ts'
import { executable } from './executable.ts'

const script = fileURLToPath(new URL('../../dist/netwright.js', import.meta.url))

/** What `netwright ...` prints; it has to succeed. */
export async function netwright(...parameters: readonly string[]): Promise<string> {
  const program = engine === 'executable' ? [executable] : [process.execPath, script]
  return succeed(await run([...program, ...parameters])).stdout
}
