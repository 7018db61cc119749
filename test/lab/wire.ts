/** The wire between clients and a server that speaks HTTP, in the test's hand. */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Workshop } from './workshop.ts'

/** What happens on the way; nothing of it does without the test's doing. */
export class Wire {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #changes: RegExp
  readonly #seen: string[] = []
  #isCut = false
  #losesAnswer = false
  #beforeChange: () => Promise<void> = async () => {}

  private constructor(server: Server, changes: RegExp) {
    this.#server = server
    this.#changes = changes
  }

  /**
   * A wire to `port` of an address, until the test ends.
   *
   * @param changes what requests for a change begin with: `/^POST [^ ]+txn/`
   */
  static async open(
    workshop: Workshop,
    { address, port }: { readonly address: string; readonly port: number },
    changes: RegExp,
  ): Promise<Wire> {
    const server = createServer()
    const wire = new Wire(server, changes)
    server.on('connection', (client) => wire.#join(client, connect(port, address)))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    workshop.afterwards(() => {
      wire.cut()
      server.close()
    })
    return wire
  }

  /** Where clients find it. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The bodies of the requests for changes so far. */
  get changes(): readonly string[] {
    return this.#seen
  }

  /** Ends every conversation, and each that begins, until `mend`. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  /** Has the server do what the next request for a change wants, and nobody hear of it. */
  loseNextAnswer(): void {
    this.#losesAnswer = true
  }

  /** Has requests for changes wait for `action`, which none does without. */
  beforeChanges(action: () => Promise<void>): void {
    this.#beforeChange = action
  }

  #join(client: Socket, server: Socket): void {
    let isLosing = false
    let passed = Promise.resolve()
    const end = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('close', end).on('error', end)
    }
    client.on('data', (piece) => {
      const text = piece.toString()
      const isChange = this.#changes.test(text)
      if (isChange) this.#seen.push(text.slice(text.indexOf('\r\n\r\n')).trim())
      passed = passed.then(async () => {
        if (isChange) await this.#beforeChange()
        isLosing ||= isChange && this.#losesAnswer
        if (isChange) this.#losesAnswer = false
        server.write(piece)
      })
    })
    server.on('data', (piece) => {
      if (isLosing) end()
      else client.write(piece)
    })
    if (this.#isCut) end()
  }
}
