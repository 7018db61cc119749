import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { openFileDatastore } from '#ipam/whereabouts/datastores/file.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { datastoreContract } from '#test/contract/datastore.ts'
import { generousMs } from '#test/lab/datastores.ts'
import { Workshop } from '#test/lab/workshop.ts'

interface Document {
  readonly range: string
  readonly allocations: Readonly<Record<string, unknown>>
}

let workshop: Workshop
let made = 0

beforeAll(() => {
  workshop = new Workshop()
})

afterAll(() => workshop.dispose())

describe('a datastore in files', () => {
  datastoreContract(async () => {
    made += 1
    const folder = join(workshop.folder, `${made}`)
    mkdirSync(folder)
    const host = nodeHost()
    const pathOf = (key: PoolKey) => join(folder, 'pools', `${poolName(key)}.json`)
    const read = (key: PoolKey): Document => JSON.parse(readFileSync(pathOf(key), 'utf8'))
    return {
      open: async (timeMs = generousMs) => {
        return openFileDatastore(host, folder, new Deadline(host, timeMs))
      },
      readEntries: async (key) => read(key).allocations,
      plantEntry: async (key, offset, entry) => {
        const { range, allocations } = read(key)
        const planted = { range, allocations: { ...allocations, [offset]: entry } }
        writeFileSync(pathOf(key), JSON.stringify(planted))
      },
    }
  })
})
