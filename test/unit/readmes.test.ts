import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isObject, type Schema } from '#schema/schema.ts'
import { missingKeys, strayRows } from '#test/lab/key-table.ts'
import { readmeFolders, readReadme } from '#test/lab/readme.ts'
import { keysOfSchema } from '#test/lab/schema-keys.ts'

function isSchemaOfKeys(value: unknown): value is Schema<unknown> {
  return isObject(value) && typeof value.read === 'function' && isObject(value.entries)
}

/** The keys of every schema that the folder's config.ts exports; none where there is no such file. */
async function keysOf(folder: string): Promise<readonly string[]> {
  const path = fileURLToPath(new URL(`../../${folder}/config.ts`, import.meta.url))
  if (!existsSync(path)) return []
  const schemas = Object.values(await import(/* @vite-ignore */ path)).filter(isSchemaOfKeys)
  if (schemas.length === 0) throw new Error(`${folder}/config.ts exports no schema of its keys`)
  return [...new Set(schemas.flatMap(keysOfSchema))]
}

describe.each(readmeFolders)('the README of %s', (folder) => {
  const type = folder.replace(/.*\//, '')

  test('has a table of the keys of config.ts, no more and no fewer', async () => {
    const keys = await keysOf(folder)
    const { keys: table } = readReadme(folder)
    expect({ missing: missingKeys(keys, table), stray: strayRows(keys, table) }).toEqual({
      missing: [],
      stray: [],
    })
  })

  test('begins with the type', () => {
    expect(readReadme(folder).text).toMatch(new RegExp(`^# ${type}\n`))
  })

  test('has examples, each of the type and with a version', () => {
    const { examples } = readReadme(folder)
    expect(examples.length).toBeGreaterThan(0)
    const expected = folder.startsWith('ipam/') ? { ipam: { type } } : { type }
    for (const example of examples) {
      expect(example).toMatchObject({ ...expected, cniVersion: expect.any(String) })
    }
  })

  test('says what each command does', () => {
    const { text } = readReadme(folder)
    const [, section = ''] = /\n## What it does\n(.*?)(\n## |$)/s.exec(text) ?? []
    const commands = [...section.matchAll(/^\| ([A-Z, ]+) \|/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    )
    expect(commands.sort()).toEqual(['ADD', 'CHECK', 'DEL', 'GC', 'STATUS'])
  })
})

describe('a table of keys', () => {
  const keys = ['a', 'b.c', 'd[]', 'e[][].f', 'e[][].g', 'h[].f', 'h[].g']
  const complete = new Map([
    ['a', ''],
    ['b.c', ''],
    ['d', ''],
    ['e', 'with `f` and `g`'],
    ['h', 'the same'],
  ])

  test('may tell the keys of equal lists once, and has nothing amiss then', () => {
    expect(missingKeys(keys, complete)).toEqual([])
    expect(strayRows(keys, complete)).toEqual([])
  })

  test('may have rows for the keys of a list', () => {
    const rows = new Map([...complete, ['h[].f', ''], ['h[].g', '']])
    expect([missingKeys(keys, rows), strayRows(keys, rows)]).toEqual([[], []])
  })

  test('lacks what it does not tell', () => {
    for (const key of ['a', 'b.c', 'd', 'h']) {
      const rows = new Map([...complete].filter(([row]) => row !== key))
      const missed = keys.filter((each) => each === key || each.startsWith(`${key}[`))
      expect(missingKeys(keys, rows)).toEqual(missed)
    }
    const silent = new Map([...complete, ['e', 'with `f`']])
    expect(missingKeys(keys, silent)).toEqual(['e[][].g', 'h[].g'])
  })

  test('has a row too many for what is no key', () => {
    const rows = new Map([...complete, ['b', ''], ['e[].f', ''], ['z', '']])
    expect(strayRows(keys, rows)).toEqual(['b', 'e[].f', 'z'])
  })
})
