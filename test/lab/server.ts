/** A server on TCP that tells each client the address it comes from. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Lab } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

const program = `
  const addressOf = ({ remoteAddress }) => remoteAddress.replace(/^::ffff:/, '')
  const server = require('node:net').createServer((client) => client.end(addressOf(client)))
  server.listen(Number(process.argv[1]), '::', () => console.log('listening'))
`

/** Serves until the test ends; can be asked when this returns. */
export async function serve(lab: Lab, space: LabNamespace, port: number): Promise<void> {
  const [command = '', ...parameters] = space.inside(process.execPath, '-e', program, `${port}`)
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
  lab.afterwards(() => child.kill())
  const listening = once(child.stdout, 'data')
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the server on port ${port} of ${space.name} has ended`)
  })
  await Promise.race([listening, gone])
  gone.catch(() => {})
}

/** What a server tells a client in `space`: the address it sees. */
export function askServer(space: LabNamespace, address: string, port: number): string {
  return space.run('busybox', 'nc', '-w', '5', address, `${port}`)
}
