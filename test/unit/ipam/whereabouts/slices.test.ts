import { describe, expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import { formatIpRange } from '#ip/range.ts'
import type { NodeDatastore } from '#ipam/whereabouts/desk/node-datastore.ts'
import { poolsOf } from '#ipam/whereabouts/pool/pools-of.ts'
import { narrowed } from '#ipam/whereabouts/ranges/address-range.ts'
import {
  type NodeSlices,
  readNodeSlices,
  toWireSlices,
} from '#ipam/whereabouts/ranges/node-slices.ts'
import { resolveRanges } from '#ipam/whereabouts/ranges/resolve-ranges.ts'
import { readNodeName } from '#ipam/whereabouts/settings/node-name.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { rangeOf } from './pools.ts'

const slices: NodeSlices = {
  range: '10.0.0.0/24',
  sliceSize: '/26',
  slots: [
    { node: 'a', range: '10.0.0.0/26' },
    { node: 'b', range: '10.0.0.64/26' },
    { node: '', range: '10.0.0.128/26' },
  ],
}

/** All that is asked of it. */
function withSlices(named: Readonly<Record<string, NodeSlices>>): NodeDatastore {
  const datastore: Pick<NodeDatastore, 'findNodeSlices'> = {
    findNodeSlices: async (name) => named[name],
  }
  return datastore as NodeDatastore
}

test.each([
  ['10.0.0.0/26', ['10.0.0.1-10.0.0.63']],
  ['10.0.0.64/26', ['10.0.0.64-10.0.0.69', '10.0.0.80-10.0.0.127']],
  ['10.0.0.192/26', ['10.0.0.192-10.0.0.254']],
])('of the slice %s is given what the range gives', (slice, expected) => {
  const range = rangeOf({ range: '10.0.0.0/24', exclude: ['10.0.0.72/29', '10.0.0.70/31'] })
  const { parts } = narrowed(range, { node: 'n', range: parseIpPrefix(slice) })
  expect(parts.map(formatIpRange)).toEqual(expected)
})

describe('ranges of a node', () => {
  const range = rangeOf({ range: '10.0.0.0/24' })
  const second = rangeOf({ range: 'fd00::/64' })

  test('are the slices of each, by the name of the network and of further ranges', async () => {
    const others = { ...slices, slots: [{ node: 'b', range: 'fd00::1:0:0:0/80' }] }
    const datastore = withSlices({ lan: slices, 'lan-fd00---64': others })
    const settings = { network: 'lan', node: 'b' }
    const resolved = await resolveRanges(datastore, [range, second], settings)
    const pools = poolsOf({ networkName: 'lan' }, resolved)
    expect(pools.map(({ networkName, node, range }) => `${networkName} ${node} ${range}`)).toEqual([
      'lan b 10.0.0.64/26',
      'lan b fd00::1:0:0:0/80',
    ])
  })

  test('are there when the controller has given the node a slice', async () => {
    const settings = { network: 'lan', node: 'c' }
    for (const datastore of [withSlices({}), withSlices({ lan: slices })]) {
      await expect(resolveRanges(datastore, [range], settings)).rejects.toMatchObject({
        code: 11,
        msg: 'no allocated node slice for node c in lan',
      })
    }
  })

  test('are whole where nobody wants slices', async () => {
    expect(await resolveRanges(withSlices({}), [range], undefined)).toEqual([range])
  })
})

test('slices are read as they are written', () => {
  expect(readNodeSlices(toWireSlices(slices))).toEqual(slices)
  const fresh = { spec: { range: '10.0.0.0/24', sliceSize: '26' } }
  expect(readNodeSlices(fresh)).toEqual({ range: '10.0.0.0/24', sliceSize: '26', slots: [] })
})

describe('the name of a node', () => {
  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['told', { NODENAME: ' told\n' }, { '/etc/w/nodename': 'filed', '/etc/hostname': 'host' }],
    ['filed', { NODENAME: '' }, { '/etc/w/nodename': 'filed\n', '/etc/hostname': 'host' }],
    ['host', {}, { '/etc/hostname': 'host\n' }],
  ])('is %s with %j and %j', async (name, environment, files) => {
    const host = new FakeHost({ program: 'whereabouts', environment })
    for (const [path, content] of Object.entries(files)) host.files.put(path, content)
    expect(await readNodeName(host, '/etc/w')).toBe(name)
  })

  test('is missing where nobody says it', async () => {
    const host = new FakeHost({ program: 'whereabouts' })
    await expect(readNodeName(host, undefined)).rejects.toMatchObject({
      code: 7,
      msg: 'find the name of this node: neither NODENAME nor /etc/hostname has it',
    })
  })
})
