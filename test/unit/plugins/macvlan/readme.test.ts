import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { macvlan } from '#plugins/macvlan/plugin.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

const folder = new URL('../../../../plugins/macvlan/', import.meta.url)
const readme = readFileSync(new URL('README.md', folder), 'utf8')

test('the table of keys lists the keys of config.ts, no more and no fewer', () => {
  const config = readFileSync(new URL('config.ts', folder), 'utf8')
  const schema = /const schema = fields\(\{\n(.*?)\n {2}\}\)/s.exec(config)?.[1] ?? ''
  const keys = [...schema.matchAll(/^ {4}(\w+):/gm)].map((match) => match[1])
  const table = /\n## Keys\n(.*?)\n## /s.exec(readme)?.[1] ?? ''
  const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1])
  expect(keys.length).toBeGreaterThan(0)
  expect(rows).toEqual(keys)
})

test('each example is a configuration that works', async () => {
  const examples = [...readme.matchAll(/```json\n(.*?)```/gs)].map((match) => match[1] ?? '')
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    const world = new FakeWorld()
    const ips = [{ address: '192.168.1.200/24', gateway: '192.168.1.1' }]
    world.installIpam({ ADD: { cniVersion: '1.1.0', ips } }, 'host-local')
    await macvlan.add(world.call(JSON.parse(example)))
    expect(world.sandbox.link('net1')).toMatchObject({ kind: 'macvlan', isUp: true })
  }
})
