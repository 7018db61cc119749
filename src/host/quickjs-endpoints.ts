/** Conversations through pipes and sockets of the engine. */

import { type Endpoint, receive, send, whenReadable, whenWritable } from 'netwright:engine'

/** What comes next, in pieces of any length; nothing when it has ended or is closed. */
export async function receiveNext(endpoint: Endpoint): Promise<string | undefined> {
  for (;;) {
    const piece = receive(endpoint)
    if (piece === null) return undefined
    if (piece === undefined) await whenReadable(endpoint)
    // The first bytes of a letter are not a piece yet.
    else if (piece !== '') return piece
  }
}

/** Sends all of a text, unless the endpoint is closed before. */
export async function sendAll(endpoint: Endpoint, text: string): Promise<void> {
  let isSent = send(endpoint, text)
  while (!isSent) {
    await whenWritable(endpoint)
    isSent = send(endpoint, '')
  }
}
