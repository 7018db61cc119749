import { expect, test, vi } from 'vitest'
import { readMacvlanConfig } from '#plugins/macvlan/config.ts'
import { macvlan } from '#plugins/macvlan/plugin.ts'
import { readConfig } from '#schema/schema.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'
import { readReadme } from '#test/lab/readme.ts'
import { keysOfSchema } from '#test/lab/schema-keys.ts'

vi.mock('#schema/schema.ts', { spy: true })

const { keys, examples } = readReadme('plugins/macvlan')

test('the table of keys lists the keys of config.ts, no more and no fewer', () => {
  readMacvlanConfig({}, '')
  const read = vi.mocked(readConfig).mock.calls.flatMap(([schema]) => keysOfSchema(schema))
  expect(read.length).toBeGreaterThan(0)
  expect([...keys.keys()]).toEqual(read)
})

test('each example is a configuration that works', async () => {
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    const world = new FakeWorld()
    const ips = [{ address: '192.168.1.200/24', gateway: '192.168.1.1' }]
    world.installIpam({ ADD: { cniVersion: '1.1.0', ips } }, 'host-local')
    await macvlan.add(world.call(example))
    expect(world.sandbox.link('net1')).toMatchObject({ kind: 'macvlan', isUp: true })
  }
})
