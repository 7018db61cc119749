/** The events of a watch: objects in JSON, a line each. */

import { ConfigError } from '#base/config-error.ts'
import type { HttpStream } from '#host/http.ts'
import { nonEmptyText } from '#schema/fields.ts'
import { fields, isObject, readConfig } from '#schema/schema.ts'

export interface WatchEvent {
  readonly type: string
  readonly object: unknown
}

/** As long as the largest object may be. */
const longestLine = 8 * 2 ** 20

/**
 * Each event as it comes, until the stream ends.
 *
 * @throws ConfigError for what is no event, SystemError
 */
export async function* watchEvents(stream: HttpStream): AsyncGenerator<WatchEvent> {
  for await (const line of lines(stream)) yield readEvent(line)
}

async function* lines(stream: Pick<HttpStream, 'read'>): AsyncGenerator<string> {
  // Long lines come in many pieces: they are joined once.
  let begun: string[] = []
  let length = 0
  for (let piece = await stream.read(); piece !== undefined; piece = await stream.read()) {
    const [end = '', ...others] = piece.split('\n')
    begun.push(end)
    length += end.length
    if (length > longestLine) throw new ConfigError([], 'a shorter line', 'a longer one')
    for (const other of others) {
      yield begun.join('')
      begun = [other]
      length = other.length
    }
  }
}

function readEvent(line: string): WatchEvent {
  const { type, object } = readConfig(eventSchema, findJson(line))
  return { type, object }
}

const eventSchema = fields({
  type: nonEmptyText(),
  object: { read: (value: unknown): unknown => value },
})

function findJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** The version of the cluster's state that an object, or a bookmark, is of. */
export function versionOf(object: unknown): string | undefined {
  const metadata = isObject(object) ? object.metadata : undefined
  const version = isObject(metadata) ? metadata.resourceVersion : undefined
  return typeof version === 'string' && version !== '' ? version : undefined
}

/** Whether an event says that the version it was to begin with is forgotten. */
export function isExpired({ type, object }: WatchEvent): boolean {
  return type === 'ERROR' && isObject(object) && object.code === 410
}
