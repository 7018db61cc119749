import { expect, test } from 'vitest'
import type { HttpStream } from '#host/http.ts'
import {
  isExpired,
  versionOf,
  watchEvents,
} from '#ipam/whereabouts/controller/watch/watch-lines.ts'

function streamOf(...pieces: readonly string[]): HttpStream {
  const rest = [...pieces]
  const read = async () => rest.shift()
  return { status: 200, headers: new Map(), read, [Symbol.dispose]: () => {} }
}

async function typesIn(...pieces: readonly string[]): Promise<readonly string[]> {
  const types: string[] = []
  for await (const { type } of watchEvents(streamOf(...pieces))) types.push(type)
  return types
}

test('events are lines, however they come', async () => {
  const [added, gone] = ['{"type":"ADDED","object":{}}\n', '{"type":"DELETED","object":{}}\n']
  expect(await typesIn(added + gone)).toEqual(['ADDED', 'DELETED'])
  expect(await typesIn(...(added + gone))).toEqual(['ADDED', 'DELETED'])
  expect(await typesIn(added, gone.slice(0, -2))).toEqual(['ADDED'])
  expect(await typesIn()).toEqual([])
})

test.each(['{}\n', 'x\n', '{"type":""}\n', '[]\n'])('%j is no event', async (line) => {
  await expect(typesIn(line)).rejects.toThrow('expected')
})

test('a line without an end is refused', async () => {
  const pieces = Array.from({ length: 9 }, () => 'x'.repeat(2 ** 20))
  await expect(typesIn(...pieces)).rejects.toThrow('a shorter line')
})

test('objects and bookmarks tell how far a watch has come', () => {
  expect(versionOf({ metadata: { resourceVersion: '7' } })).toBe('7')
  for (const object of [undefined, {}, { metadata: { resourceVersion: '' } }]) {
    expect(versionOf(object)).toBeUndefined()
  }
})

test('a watch that begins too long ago is told from one that fails', () => {
  expect(isExpired({ type: 'ERROR', object: { code: 410 } })).toBe(true)
  expect(isExpired({ type: 'ERROR', object: { code: 500 } })).toBe(false)
  expect(isExpired({ type: 'ADDED', object: { code: 410 } })).toBe(false)
})
