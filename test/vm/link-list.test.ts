/** Listing many links, and links of kinds that few kernels have. */

import { expect } from 'vitest'
import type { Link } from '#kernel/link.ts'
import { test } from '#test/lab/kernel.ts'
import type { WitnessedLink } from '#test/lab/namespace.ts'

const many = 1000

function inTheWordsOfIp({ index, name, kind, mtu, mac, txQueueLength }: Link): object {
  return { ifindex: index, ifname: name, kind, mtu, address: mac, txqlen: txQueueLength }
}

function asSeenByIp({ ifindex, ifname, linkinfo, mtu, address, txqlen }: WitnessedLink): object {
  return { ifindex, ifname, kind: linkinfo?.info_kind, mtu, address, txqlen }
}

test(`lists ${many} links just as iproute2 does`, ({ space, witness }) => {
  const commands = `for i in $(seq ${many}); do
    echo link add dummy$i mtu $((1280 + i)) txqlen $i type dummy
  done | ip -batch -`
  witness.run('sh', '-c', commands)
  const links = space.listLinks()
  expect(links).toHaveLength(many + 1)
  expect(links.map(inTheWordsOfIp)).toEqual(witness.links().map(asSeenByIp))
})

test('tells the kind of links it has no table for', ({ space, witness }) => {
  witness.ip('link', 'add', 'eth0', 'type', 'dummy')
  witness.ip('link', 'add', 'red', 'type', 'vrf', 'table', '9')
  witness.ip('link', 'set', 'eth0', 'master', 'red')
  const red = space.link('red')
  expect(red.kind).toBe('vrf')
  expect(space.link('eth0')).toMatchObject({ kind: 'dummy', controller: red.index })
})
