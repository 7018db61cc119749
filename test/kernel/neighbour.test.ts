import { expect } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Neighbour, NeighbourState } from '#kernel/neighbour.ts'
import { test } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'

const mac = parseMac('02:00:5e:10:00:01')
const otherMac = parseMac('02:00:5e:10:00:02')
const ipv4 = parseIpAddress('10.1.2.9')
const ipv6 = parseIpAddress('fd00:1::9')

/** A link that is up. */
function link(space: Namespace, name = 'br0'): number {
  return space.createLink({ kind: 'bridge', name, isUp: true }).index
}

/** Groups are the kernel's own neighbours. */
const isTests = ({ address }: Neighbour): boolean => address.equals(ipv4) || address.equals(ipv6)

/** `ip neighbour show` of the addresses of these tests. */
function witnessed(witness: LabNamespace): unknown[] {
  const all = [4, 6].flatMap((family): { dst: string }[] => {
    const text = witness.ip('-j', `-${family}`, 'neighbour', 'show', 'nud', 'all').trim()
    return JSON.parse(text === '' ? '[]' : text)
  })
  return all.filter(({ dst }) => dst === ipv4.toString() || dst === ipv6.toString())
}

test.for([ipv4, ipv6])('sets the permanent neighbour %s', (address, { space, witness }) => {
  space.setNeighbour({ link: link(space), address, mac })
  expect(witnessed(witness)).toEqual([
    { dst: address.toString(), dev: 'br0', lladdr: mac, state: ['PERMANENT'] },
  ])
})

test.for<NeighbourState>(['reachable', 'stale', 'noarp', 'permanent'])(
  'sets the state %s',
  (state, { space, witness }) => {
    space.setNeighbour({ link: link(space), address: ipv4, mac, state })
    expect(witnessed(witness)).toMatchObject([{ state: [state.toUpperCase()] }])
    expect(space.listNeighbours().filter(isTests)).toMatchObject([{ state }])
  },
)

test('overwrites what is known of a neighbour', ({ space, witness }) => {
  const neighbour = { link: link(space), address: ipv4 }
  space.setNeighbour({ ...neighbour, mac })
  space.setNeighbour({ ...neighbour, mac: otherMac })
  expect(witnessed(witness)).toMatchObject([{ dst: '10.1.2.9', lladdr: otherMac }])
})

test('lists neighbours, all or of a link or of a family', ({ space, witness }) => {
  const [one, two] = [link(space, 'br1'), link(space, 'br2')]
  witness.ip('neighbour', 'add', '10.1.2.9', 'lladdr', mac, 'dev', 'br1', 'nud', 'stale')
  witness.ip('neighbour', 'add', '10.1.2.9', 'lladdr', otherMac, 'dev', 'br2')
  witness.ip('neighbour', 'add', 'fd00:1::9', 'lladdr', mac, 'dev', 'br2')
  const first = { link: one, address: ipv4, mac, state: 'stale' }
  const second = { link: two, address: ipv4, mac: otherMac, state: 'permanent' }
  const third = { link: two, address: ipv6, mac, state: 'permanent' }
  const list = (...parameters: Parameters<Namespace['listNeighbours']>) =>
    space
      .listNeighbours(...parameters)
      .filter(isTests)
      .sort((a, b) => a.link - b.link || a.address.family - b.address.family)
  expect(list()).toEqual([first, second, third])
  expect(list({ link: two })).toEqual([second, third])
  expect(list({ family: 4 })).toEqual([first, second])
  expect(list({ link: two, family: 6 })).toEqual([third])
  expect(list({ link: 999 })).toEqual([])
})

test('lists a neighbour whose hardware address nobody knows', ({ space, witness }) => {
  link(space)
  witness.ip('neighbour', 'add', '10.1.2.9', 'dev', 'br0', 'nud', 'failed')
  expect(space.listNeighbours().filter(isTests)).toEqual([
    { link: space.link('br0').index, address: ipv4, state: 'failed' },
  ])
})

test('does not list the forwarding entries of bridges', ({ space, witness }) => {
  link(space)
  witness.run('bridge', 'fdb', 'add', mac, 'dev', 'br0', 'self')
  expect(witness.run('bridge', 'fdb', 'show', 'br0')).toContain(mac)
  expect(space.listNeighbours().map((one) => one.mac)).not.toContain(mac)
})

test.for([ipv4, ipv6])('removes the neighbour %s once', (address, { space, witness }) => {
  const index = link(space)
  space.setNeighbour({ link: index, address, mac })
  expect(space.removeNeighbour(index, address)).toBe(true)
  expect(witnessed(witness)).toEqual([])
  expect(space.removeNeighbour(index, address)).toBe(false)
})

test('refuses a neighbour on a link that is not there', ({ space }) => {
  expect(() => space.setNeighbour({ link: 999, address: ipv4, mac })).toThrow(
    `set neighbour 10.1.2.9 on link 999 in ${space.path}: ENODEV no such device`,
  )
})
