/** Lines of a conversation. */

import type { Connection } from '#host/sockets.ts'

/** What a peer may say without ending the line. */
const longestLine = 2 ** 20

/** The next line that is not empty; what follows it is lost. Nothing when the peer ends before. */
export async function readLine(
  connection: Connection,
  mayGoOn: () => boolean = () => true,
): Promise<string | undefined> {
  let text = ''
  while (mayGoOn()) {
    const piece = await connection.read()
    if (piece === undefined) return undefined
    text = `${text}${piece}`.trimStart()
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
    if (text.length > longestLine) return undefined
  }
  return undefined
}
