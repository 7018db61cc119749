import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { AddressWorkload, times } from '#test/lab/address-workload.ts'
import { bridge, macvlan } from '#test/lab/config-builders.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

/** `10.7.0.0-24 5 c5`: what the files say of pools. */
function allocationsIn(lab: Lab): readonly string[] {
  const folder = join(lab.dataDir(), 'pools')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { allocations } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      const entries: [string, { id: string }][] = Object.entries(allocations)
      return entries.map(([offset, { id }]) => `${name.replace('.json', '')} ${offset} ${id}`)
    })
}

const published = {
  type: 'whereabouts',
  range: '192.168.12.0/24',
  range_start: '192.168.12.10',
  range_end: '192.168.12.200',
  exclude: ['192.168.12.1/32', '192.168.12.254/32'],
}

describe('the configuration of OpenShift’s documentation works with', () => {
  test.for([
    ['macvlan', macvlan],
    ['bridge', bridge],
  ] as const)('%s', async ([, build], { lab }) => {
    const host = lab.host()
    lab.cable(host, 'eth0')
    const config = build({ ipam: { ...published, dataDir: lab.dataDir() } })
    const [first, second] = [lab.pod(host), lab.pod(host)]
    for (const pod of [first, second]) expect(await pod.add(config)).toSucceed()
    expect(first).toHaveAddress('net1', '192.168.12.10/24')
    expect(second).toHaveAddress('net1', '192.168.12.11/24')
    expect(second).toReach('192.168.12.10')
    expect(await first.del(config)).toSucceed()
    const third = lab.pod(host)
    expect(await third.add(config)).toSucceed()
    expect(third).toHaveAddress('net1', '192.168.12.10/24')
    for (const pod of [second, third]) expect(await pod.del(config)).toSucceed()
    expect(allocationsIn(lab)).toEqual([])
  })
})

test('many processes that add and delete never share an address, and leave none', {
  timeout: 180_000,
}, async ({ lab }) => {
  const network = new IpamNetwork(lab, { type: 'whereabouts', range: '10.7.0.0/24' })
  const workload = new AddressWorkload({
    processes: 12,
    nodes: 1,
    call: (command, { name }) => network.call(command, name),
  })
  await workload.fill(40)
  await workload.churn(times(48))
  const held = workload.held.map((each) =>
    each.replace(/^(\S+) 10\.7\.0\.(\d+)$/, '10.7.0.0-24 $2 $1'),
  )
  expect([...allocationsIn(lab)].sort()).toEqual([...held].sort())
  await workload.empty()
  expect(allocationsIn(lab)).toEqual([])
  for (const part of ['attached', 'released']) {
    const names = readdirSync(lab.dataDir()).includes(part)
      ? readdirSync(join(lab.dataDir(), part))
      : []
    expect(names).toEqual([])
  }
})
