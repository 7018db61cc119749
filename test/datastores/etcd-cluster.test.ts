import { afterAll, beforeAll, expect, test } from 'vitest'
import { findIpAddress } from '#ip/address.ts'
import { EtcdCluster } from '#test/lab/etcd-cluster.ts'
import { etcdEntries } from '#test/lab/etcd-server.ts'
import { bundleEtcdWriter, EtcdWriter } from '#test/lab/etcd-writer.ts'
import { Workshop } from '#test/lab/workshop.ts'

const root = '/netwright/whereabouts/v1/'
const names = ['w1', 'w2', 'w3', 'w4', 'w5']

let workshop: Workshop
let cluster: EtcdCluster
let writers: readonly EtcdWriter[]

beforeAll(async () => {
  workshop = new Workshop()
  cluster = await EtcdCluster.start(workshop, root)
  const program = bundleEtcdWriter(workshop)
  const settings = {
    kind: 'etcd',
    endpoints: cluster.endpoints,
    user: cluster.user,
    authoritiesFile: cluster.tls.authority,
    identityFiles: cluster.tls.identity,
  } as const
  writers = names.map((name) => new EtcdWriter(workshop, cluster.site, { program, settings, name }))
})

afterAll(() => workshop.dispose())

/** Waits until everybody has allocated some more. */
async function progress(): Promise<void> {
  await Promise.all(writers.map((writer) => writer.progress(5)))
}

/** The pods and the offsets they have, as etcdctl reads them. */
function allocations(): readonly (readonly [string, string])[] {
  const blocks = [...etcdEntries(cluster.access, `${root}pools/10.0.0.0-16/0`).values()]
  const entries = blocks.flatMap((block) => Object.entries<{ podref: string }>(JSON.parse(block)))
  return entries.map(([offset, { podref }]) => [podref, offset])
}

/** The same by what is reserved. */
function reservations(): readonly (readonly [string, string])[] {
  const folder = `${root}reservations//`
  return [...etcdEntries(cluster.access, `${folder}10.`)].map(([key, value]) => {
    const address = findIpAddress(key.slice(folder.length))?.value ?? 0n
    return [JSON.parse(value).podref, `${address - 0x0a000000n}`]
  })
}

test('whatever happens to members, no address is given twice, and none is lost', async () => {
  await progress()

  const killed = await cluster.leader()
  await killed.kill()
  await progress()
  await killed.start()

  const alone = await cluster.leader()
  cluster.cutOff(alone)
  await progress()
  cluster.rejoin(alone)
  await progress()

  const asleep = await cluster.leader()
  asleep.pause()
  await progress()
  asleep.resume()
  await progress()

  const held = (await Promise.all(writers.map((writer) => writer.finish()))).flatMap((pods) =>
    Object.entries(pods),
  )
  const inOrder = (pairs: readonly (readonly [string, string])[]) => pairs.map(String).sort()
  expect(inOrder(allocations())).toEqual(inOrder(held))
  expect(inOrder(reservations())).toEqual(inOrder(held))
  expect(new Set(held.map(([, offset]) => offset)).size).toBe(held.length)
  expect(held.length).toBeGreaterThanOrEqual(names.length * 10)
})
