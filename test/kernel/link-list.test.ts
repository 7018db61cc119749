import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import type { Link } from '#kernel/link.ts'
import { test } from '#test/lab/kernel.ts'
import type { LabNamespace, WitnessedLink } from '#test/lab/namespace.ts'
import { npmNetlink } from '#test/lab/npm-netlink.ts'

/** Runs many `ip` commands in one process. */
function batch(space: LabNamespace, commands: readonly string[]): void {
  space.run('sh', '-c', `printf '%s\\n' "$@" | ip -batch -`, 'sh', ...commands)
}

const vethPairs = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `link add a${i} type veth peer name b${i}`)

function inTheWordsOfIp(link: Link): object {
  return {
    ifindex: link.index,
    ifname: link.name,
    mtu: link.mtu,
    address: link.mac,
    txqlen: link.txQueueLength,
    isUp: link.isUp,
    kind: link.kind,
    ifalias: link.alias,
  }
}

function asSeenByIp(link: WitnessedLink): object {
  const { ifindex, ifname, mtu, address, txqlen, flags, linkinfo, ifalias } = link
  const isUp = flags.includes('UP')
  return { ifindex, ifname, mtu, address, txqlen, isUp, kind: linkinfo?.info_kind, ifalias }
}

test('lists 300 links just as iproute2 and npm netlink do', ({ space, witness }) => {
  batch(witness, [
    ...vethPairs(140),
    ...Array.from({ length: 15 }, (_, i) => `link add br${i} mtu ${1400 + i} type bridge`),
    ...Array.from({ length: 5 }, (_, i) => `link add m${i} link a${i} type macvlan mode private`),
    'link set a7 up mtu 1280 alias seven',
    'link set br3 up',
  ])
  const links = space.listLinks()
  expect(links).toHaveLength(301)
  expect(links.map(inTheWordsOfIp)).toEqual(witness.links().map(asSeenByIp))
  expect(links.map(({ index, name, mtu, mac, isUp }) => ({ index, name, mtu, mac, isUp }))).toEqual(
    npmNetlink(witness).links,
  )
})

test('tells of each link what its state and kind are', ({ lab, open }) => {
  const host = lab.host()
  const far = lab.cable(host, 'eth0')
  host.ip('link', 'add', 'net1', 'link', 'eth0', 'type', 'macvlan', 'mode', 'vepa')
  host.ip('link', 'add', 'br0', 'type', 'bridge', 'ageing_time', '4200')
  const space = open(host)
  const [lo, eth0, net1, br0] = ['lo', 'eth0', 'net1', 'br0'].map((name) => space.link(name))
  expect(lo).toMatchObject({ isLoopback: true, hasCarrier: true, operationalState: 'unknown' })
  expect(lo?.kind).toBeUndefined()
  expect(lo?.maxMtu).toBeUndefined()
  expect(eth0).toMatchObject({
    isLoopback: false,
    isUp: true,
    hasCarrier: true,
    parent: far.findLink('far0')?.ifindex,
    parentNamespaceId: 0,
  })
  expect(net1).toMatchObject({ parent: eth0?.index, macvlan: { mode: 'vepa' } })
  expect(net1?.parentNamespaceId).toBeUndefined()
  expect(br0).toMatchObject({ kind: 'bridge', bridge: { ageingTime: 4200 }, hasCarrier: false })
  far.ip('link', 'set', 'far0', 'down')
  expect(space.link('eth0')).toMatchObject({ isUp: true, hasCarrier: false })
})

test('tells the operational state, as far as the kernel has got', async ({ lab, open }) => {
  const host = lab.host()
  const far = lab.cable(host, 'eth0')
  const space = open(host)
  const witnessed = (): string => String(host.findLink('eth0')?.operstate)
  // In this the kernel follows the carrier within a second only (linkwatch).
  const settle = (state: RegExp): Promise<void> =>
    vi.waitFor(() => expect(witnessed()).toMatch(state), { timeout: 5000 })
  await settle(/^UP$/)
  expect(space.link('eth0').operationalState).toBe('up')
  far.ip('link', 'set', 'far0', 'down')
  await settle(/DOWN$/)
  expect(space.link('eth0').operationalState.replaceAll('-', '').toUpperCase()).toBe(witnessed())
})

test('finds a link by its name and by its index', ({ space, witness }) => {
  witness.ip('link', 'add', 'br0', 'type', 'bridge')
  const byName = space.findLink('br0')
  expect(byName?.index).toBe(witness.findLink('br0')?.ifindex)
  expect(space.findLink(byName?.index ?? 0)).toEqual(byName)
  expect(space.link('br0')).toEqual(byName)
})

test('finds the same as it lists', ({ space, witness }) => {
  witness.ip('link', 'add', 'br0', 'type', 'bridge')
  witness.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
  for (const link of space.listLinks()) expect(space.findLink(link.index)).toEqual(link)
})

test('finds a link by an alternative name, however long', ({ space, witness }) => {
  witness.ip('link', 'add', 'br0', 'type', 'bridge')
  witness.ip('link', 'property', 'add', 'dev', 'br0', 'altname', 'the-bridge-to-the-rack')
  expect(space.findLink('the-bridge-to-the-rack')?.name).toBe('br0')
})

const absent = ['absent', 'fifteen-bytes-x', 'sixteen-bytes-xx', '', '%d', 999]

test.for(absent)('finds no link "%s"', (key, { space }) => {
  expect(space.findLink(key)).toBeUndefined()
  expect(space.removeLink(key)).toBe(false)
})

test.for([-1, 1.5, Number.NaN, 2 ** 32])('refuses %d as an index', (index, { space }) => {
  expect(() => space.findLink(index)).toThrow(
    new TypeError('link: expected a whole number from 0 to 4294967295'),
  )
})

test('lists links of kinds it knows nothing of', ({ space, witness }) => {
  witness.ip('link', 'add', 'ifb9', 'type', 'ifb')
  expect(space.link('ifb9')).toMatchObject({ kind: 'ifb', mac: witness.findLink('ifb9')?.address })
})

test('lists links without a hardware address', ({ space, witness }) => {
  witness.ip('tuntap', 'add', 'dev', 'tun9', 'mode', 'tun')
  const tun = space.link('tun9')
  expect(tun).toMatchObject({ kind: 'tun', tun: { type: 'tun' } })
  expect(tun.mac).toBeUndefined()
})

test('lists what stays exactly once while other links come and go', async ({ space, witness }) => {
  batch(witness, vethPairs(100))
  const lasting = witness.linkNames()
  const comeAndGo = `for i in $(seq 150); do
    echo "link add x$i type veth peer name y$i"; echo "link delete x$i"
  done | ip -batch -`
  const [program = '', ...parameters] = witness.inside('sh', '-c', comeAndGo)
  const churn = spawn(program, parameters)
  const ended = once(churn, 'exit')
  let listings = 0
  while (churn.exitCode === null && churn.signalCode === null) {
    const names = space.listLinks().map(({ name }) => name)
    expect(names.filter((name) => /^[ab]/.test(name)).sort()).toEqual(lasting)
    expect(new Set(names).size).toBe(names.length)
    listings += 1
    await setImmediate()
  }
  expect(await ended).toEqual([0, null])
  expect(listings).toBeGreaterThan(10)
})
