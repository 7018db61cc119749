import { expect, test, vi } from 'vitest'
import { readAllocationConfig, readStoreFolder } from '#ipam/host-local/config.ts'
import { readConfig } from '#schema/schema.ts'
import { readReadme } from '#test/lab/readme.ts'
import { keysOfSchema } from '#test/lab/schema-keys.ts'
import { Network } from './network.ts'

vi.mock('#schema/schema.ts', { spy: true })

const { text, keys, examples } = readReadme('ipam/host-local')

/** Every key that ADD reads, `[]` standing for the items of a list. */
function keysRead(): readonly string[] {
  const call = new Network({ subnet: '10.1.2.0/24' }).call('ADD')
  vi.mocked(readConfig).mockClear()
  readStoreFolder(call)
  readAllocationConfig(call)
  return vi.mocked(readConfig).mock.calls.flatMap(([schema]) => keysOfSchema(schema))
}

/** A network with an example for its configuration, after an ADD of container `8e2b6f6bf5a1`. */
async function networkOf(example: object) {
  const network = new Network(undefined)
  network.host.files.put('/etc/resolv.conf', 'nameserver 192.168.1.1\n')
  const { ips, dns } = await network.result({ containerId: '8e2b6f6bf5a1', keys: example })
  return { network, dns, addresses: ips.map(({ address, gateway }) => `${address} ${gateway}`) }
}

test('the table of keys lists the keys of config.ts, no more and no fewer', () => {
  const read = new Set(keysRead().map((key) => key.replace(/\[\].*/, '')))
  expect(read.size).toBeGreaterThan(0)
  expect([...keys.keys()].sort()).toEqual([...read].sort())
})

test.each(['ipam.ranges[][]', 'ipam.routes[]'])('the table names the keys of %s', (items) => {
  const names = keysRead().filter((key) => key.startsWith(`${items}.`))
  expect(names.length).toBeGreaterThan(0)
  const row = keys.get(items.replaceAll('[]', '')) ?? ''
  for (const name of names) expect(row).toContain(`\`${name.replace(`${items}.`, '')}\``)
})

test('the ranges of the runtime have the same keys as those of the configuration', () => {
  const below = (list: string) =>
    keysRead().flatMap((key) => (key.startsWith(list) ? [key.replace(list, '')] : []))
  expect(below('runtimeConfig.ipRanges')).toEqual(below('ipam.ranges'))
})

test('each example is a configuration that gives the addresses it promises', async () => {
  const added = await Promise.all(examples.map(networkOf))
  expect(added.map(({ addresses }) => addresses)).toEqual([
    ['192.168.1.200/24 192.168.1.1', '2001:db8:1::2/64 2001:db8:1::1'],
    ['10.1.10.200/24 10.1.10.1'],
  ])
  expect(added[0]?.dns.nameservers).toEqual(['192.168.1.1'])
})

test('the file that is shown is the one that the first example makes', async () => {
  const [, path = '', shown = ''] = /\n\$ cat -A (\S+)\n(.*?)\n```/s.exec(text) ?? []
  const [example = {}] = examples
  const { network } = await networkOf(example)
  // cat(1): a carriage return is shown as ^M, a line feed as $ at the end of its line.
  const content = network.host.files.snapshot()[path]
  expect(content?.replaceAll('\r', '^M').replaceAll('\n', '$\n')).toBe(shown)
})
