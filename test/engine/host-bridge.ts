/** The far end of the bridge: serves the calls of another process on this engine's host. */

import { messageOf } from '#base/collect-failures.ts'
import { SystemError } from '#base/system-error.ts'
import { quickjsHost } from '#host/quickjs.ts'
import type { Connection } from '#host/sockets.ts'
import type { BridgeAnswer, BridgeFailure, BridgeRequest, FarObject } from './bridge-protocol.ts'

/** Longer than any run of the tests. */
const timeoutMs = 24 * 60 * 60 * 1000

const host = quickjsHost()
const targets = new Map<string, object>([['host', host], ...Object.entries(host)])

/** Lines, which come in pieces of any length. */
async function* linesOf(connection: Connection): AsyncGenerator<string> {
  let rest = ''
  for (;;) {
    const piece = await connection.read()
    if (piece === undefined) return
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

async function answer(request: BridgeRequest): Promise<BridgeAnswer> {
  try {
    return { value: portable(await perform(request)) }
  } catch (thrown) {
    return { failure: describe(thrown) }
  }
}

/** What JSON can carry in the place of a value. */
function portable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array || value instanceof Map) return [...value]
  const isObject = Symbol.dispose in value
  const parts = 'headers' in value ? { ...value, headers: portable(value.headers) } : value
  return isObject ? { ...parts, ...remember(value) } : parts
}

function perform({ target, method, parameters }: BridgeRequest): unknown {
  const object = targets.get(target)
  if (object === undefined) throw new Error(`there is no ${target}`)
  const key = method === 'dispose' ? Symbol.dispose : method
  const property: unknown = Reflect.get(object, key)
  return typeof property === 'function' ? Reflect.apply(property, object, parameters) : property
}

function remember(object: object): FarObject {
  const name = `object ${targets.size}`
  targets.set(name, object)
  return { name }
}

function describe(thrown: unknown): BridgeFailure {
  const message = messageOf(thrown)
  if (!(thrown instanceof SystemError)) return { message }
  const { operation, object, errno, code, text, detail } = thrown
  return { message, facts: { operation, object, errno, code, text, detail } }
}

const [path = ''] = host.arguments
using connection = await host.sockets.connect(path, { timeoutMs })
let saying = Promise.resolve()
for await (const line of linesOf(connection)) {
  const request: BridgeRequest = JSON.parse(line)
  void answer(request).then((answered) => {
    saying = saying.then(() => connection.write(`${request.id} ${JSON.stringify(answered)}\n`))
  })
}
