import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ipamCatalog } from '#ipam/catalog.ts'
import { pluginCatalog } from '#plugins/catalog.ts'

const catalogs = [
  { folder: 'plugins', catalog: pluginCatalog },
  { folder: 'ipam', catalog: ipamCatalog },
]
const entries = catalogs.flatMap(({ catalog }) => [...catalog])

test.each(entries)('%s is the type of what is loaded for it', async (type, load) => {
  expect((await load()).type).toBe(type)
})

test.each(catalogs)('$folder has a folder for each type, and no other', ({ folder, catalog }) => {
  const url = new URL(`../../${folder}/`, import.meta.url)
  const names = readdirSync(url).filter((name) => existsSync(new URL(`${name}/plugin.ts`, url)))
  expect(names.length).toBeGreaterThan(0)
  expect([...catalog.keys()].sort()).toEqual(names.sort())
})

test('no type is listed twice', () => {
  const types = entries.map(([type]) => type)
  expect(new Set(types).size).toBe(types.length)
})

test.each(catalogs)(
  'the README of the project lists each type of $folder',
  ({ folder, catalog }) => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const [, installed = ''] = /\nfor type in ([a-z -]+); do ln /.exec(readme) ?? []
    for (const type of catalog.keys()) {
      expect(readme).toContain(`\n| [${type}](${folder}/${type}/README.md) | `)
      expect(installed.split(' ')).toContain(type)
    }
  },
)
