import { expect, vi } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { IpPrefix, parseIpPrefix } from '#ip/prefix.ts'
import type { AddressSpec } from '#kernel/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import { test } from '#test/lab/kernel.ts'
import type { Lab } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { npmNetlink } from '#test/lab/npm-netlink.ts'

/** A host whose eth0 has a carrier, and what is at the other end of the cable. */
function wired(lab: Lab): { host: LabNamespace; far: LabNamespace } {
  const host = lab.host()
  return { host, far: lab.cable(host, 'eth0') }
}

const prefixes = (space: Namespace, link: number): string[] =>
  space.listAddresses({ link }).map(({ prefix }) => prefix.toString())

/** A bridge that is down, so that no address of its own appears. */
function bridge(space: Namespace, name = 'br0'): number {
  return space.createLink({ kind: 'bridge', name }).index
}

/** What each address shows as in `ip address show`. */
const additions: readonly { spec: Omit<AddressSpec, 'link'>; seen: object }[] = [
  {
    spec: { prefix: parseIpPrefix('10.1.2.3/24') },
    seen: { family: 'inet', local: '10.1.2.3', prefixlen: 24, scope: 'global' },
  },
  {
    spec: { prefix: parseIpPrefix('10.1.2.3/24'), broadcast: parseIpAddress('10.1.2.255') },
    seen: { local: '10.1.2.3', broadcast: '10.1.2.255' },
  },
  {
    spec: { prefix: parseIpPrefix('10.1.2.3/32'), scope: 253 },
    seen: { local: '10.1.2.3', prefixlen: 32, scope: 'link' },
  },
  {
    spec: { prefix: parseIpPrefix('10.1.2.3/8'), scope: 254 },
    seen: { prefixlen: 8, scope: 'host' },
  },
  {
    spec: { prefix: parseIpPrefix('fd00:1::2/64') },
    seen: { family: 'inet6', local: 'fd00:1::2', prefixlen: 64, scope: 'global' },
  },
  {
    spec: { prefix: parseIpPrefix('fd00:1::2/128'), skipsDuplicateDetection: true },
    seen: { local: 'fd00:1::2', prefixlen: 128, nodad: true },
  },
  {
    spec: { prefix: parseIpPrefix('fe80::7/64') },
    seen: { local: 'fe80::7', scope: 'link' },
  },
]

const described = additions.map((one) => ({
  ...one,
  title: JSON.stringify({
    ...one.spec,
    prefix: `${one.spec.prefix}`,
    broadcast: one.spec.broadcast?.toString(),
  }),
}))

test.for(described)('adds $title', ({ spec, seen }, { space, witness }) => {
  const link = bridge(space)
  space.addAddress({ link, ...spec })
  expect(witness.addresses('br0')).toEqual([expect.objectContaining(seen)])
  const [listed] = space.listAddresses({ link })
  expect(listed).toMatchObject({ link, prefix: spec.prefix, isPermanent: true, isDuplicate: false })
  expect(listed?.broadcast).toEqual(spec.broadcast)
  if (spec.scope !== undefined) expect(listed?.scope).toBe(spec.scope)
})

test('sets no broadcast address unless it is told one', ({ space, witness }) => {
  space.addAddress({ link: bridge(space), prefix: parseIpPrefix('10.1.2.3/24') })
  expect(witness.addresses('br0')[0]).not.toHaveProperty('broadcast')
})

test('an IPv6 address is tentative at first, and then no more', async ({ lab, open }) => {
  const { host } = wired(lab)
  const space = open(host)
  const link = space.link('eth0').index
  const prefix = parseIpPrefix('fd00:1::2/64')
  const isTentative = (): boolean | undefined =>
    space.listAddresses({ link }).find((one) => one.prefix.equals(prefix))?.isTentative
  space.addAddress({ link, prefix })
  expect(isTentative()).toBe(true)
  await vi.waitFor(() => expect(isTentative()).toBe(false), { timeout: 15_000 })
  const witnessed = host.addresses('eth0').find(({ local }) => local === 'fd00:1::2')
  expect(witnessed).toBeDefined()
  expect(witnessed).not.toHaveProperty('tentative')
})

test('an IPv6 address that skips duplicate detection is never tentative', ({ lab, open }) => {
  const space = open(wired(lab).host)
  const link = space.link('eth0').index
  const prefix = parseIpPrefix('fd00:1::2/64')
  space.addAddress({ link, prefix, skipsDuplicateDetection: true })
  expect(space.listAddresses({ link }).find((one) => one.prefix.equals(prefix))).toMatchObject({
    isTentative: false,
  })
})

test('tells an IPv6 address that somebody else has', async ({ lab, open }) => {
  const { host, far } = wired(lab)
  far.ip('address', 'add', 'fd00:1::2/64', 'dev', 'far0', 'nodad')
  const space = open(host)
  const link = space.link('eth0').index
  const prefix = parseIpPrefix('fd00:1::2/64')
  space.addAddress({ link, prefix })
  const isDuplicate = (): boolean | undefined =>
    space.listAddresses({ link }).find((one) => one.prefix.equals(prefix))?.isDuplicate
  await vi.waitFor(() => expect(isDuplicate()).toBe(true), { timeout: 15_000 })
  expect(host.addresses('eth0')).toContainEqual(
    expect.objectContaining({ local: 'fd00:1::2', dadfailed: true }),
  )
})

test.for(['10.1.2.3/24', 'fd00:1::2/64'])('refuses %s where it is', (text, { space, witness }) => {
  const link = bridge(space)
  const prefix = parseIpPrefix(text)
  space.addAddress({ link, prefix })
  expect(() => space.addAddress({ link, prefix })).toThrow(
    `add address ${text} on link ${link} in ${space.path}: EEXIST file exists`,
  )
  expect(witness.addresses('br0')).toHaveLength(1)
})

test('refuses an address on a link that is not there', ({ space }) => {
  expect(() => space.addAddress({ link: 999, prefix: parseIpPrefix('10.1.2.3/24') })).toThrow(
    `add address 10.1.2.3/24 on link 999 in ${space.path}: ENODEV no such device`,
  )
})

test('refuses a length that the family does not have', ({ space, witness }) => {
  const link = bridge(space)
  const prefix = new IpPrefix(parseIpAddress('10.1.2.3'), 33)
  expect(() => space.addAddress({ link, prefix })).toThrow('EINVAL')
  expect(witness.addresses('br0')).toEqual([])
})

test('refuses a scope that does not fit a byte', ({ space }) => {
  const spec = { link: bridge(space), prefix: parseIpPrefix('10.1.2.3/24'), scope: 256 }
  expect(() => space.addAddress(spec)).toThrow('property scope is 256, not from 0 to 255')
})

test('lists all, or those of a link, of a family, or of both', ({ space }) => {
  const [one, two] = [bridge(space, 'br1'), bridge(space, 'br2')]
  const given: [number, string][] = [
    [one, '10.1.0.1/24'],
    [one, '10.1.0.2/24'],
    [one, 'fd00:1::1/64'],
    [two, '10.2.0.1/24'],
    [two, 'fd00:2::1/64'],
  ]
  for (const [link, text] of given) space.addAddress({ link, prefix: parseIpPrefix(text) })
  const loopback = ['127.0.0.1/8', '::1/128']
  const list = (...parameters: Parameters<Namespace['listAddresses']>): string[] =>
    space
      .listAddresses(...parameters)
      .map(({ prefix }) => prefix.toString())
      .filter((text) => !loopback.includes(text))
  expect(list().sort()).toEqual(given.map(([, text]) => text).sort())
  expect(list({ link: one })).toEqual(['10.1.0.1/24', '10.1.0.2/24', 'fd00:1::1/64'])
  expect(list({ family: 6 })).toEqual(['fd00:1::1/64', 'fd00:2::1/64'])
  expect(list({ family: 4, link: two })).toEqual(['10.2.0.1/24'])
  expect(list({ family: 6, link: bridge(space, 'br3') })).toEqual([])
})

test('refuses to list the addresses of a link that is not there', ({ space }) => {
  expect(() => space.listAddresses({ link: 999 })).toThrow('ENODEV no such device')
})

test('lists just as npm netlink does', ({ lab, open }) => {
  const host = lab.host()
  const space = open(host)
  // Link-local addresses of the kernel's own would come at a time of their own.
  space.writeSysctl('net/ipv6/conf/default/addr_gen_mode', '1')
  lab.cable(host, 'eth0')
  for (const text of ['10.1.2.3/24', '10.1.2.4/24', '172.16.0.1/32', 'fd00:1::2/64']) {
    host.ip('address', 'add', text, 'dev', 'eth0')
  }
  host.ip('address', 'add', '10.5.0.1/16', 'brd', '+', 'dev', 'eth0')
  host.ip('address', 'add', '10.6.0.1', 'peer', '10.6.0.2/32', 'dev', 'eth0')
  const ours = space.listAddresses().map(({ link, prefix, broadcast }) => ({
    link,
    prefix: prefix.toString(),
    ...(broadcast === undefined ? {} : { broadcast: broadcast.toString() }),
  }))
  expect(ours).toHaveLength(8)
  expect(ours).toEqual(npmNetlink(host).addresses)
})

test('tells addresses that will expire from those that stay', ({ space, witness }) => {
  const link = bridge(space)
  const brief = ['valid_lft', '100', 'preferred_lft', '50']
  witness.ip('address', 'add', '10.1.2.3/24', 'dev', 'br0', ...brief)
  witness.ip('address', 'add', '10.1.2.4/24', 'dev', 'br0')
  const listed = space.listAddresses({ link })
  expect(listed.map(({ isPermanent }) => isPermanent)).toEqual([false, true])
})

test('removes an address once, and only that one', ({ space }) => {
  const link = bridge(space)
  const all = ['10.1.2.3/24', '10.1.2.3/16', '10.1.2.4/24', 'fd00:1::2/64', 'fd00:1::3/64']
  for (const text of all) space.addAddress({ link, prefix: parseIpPrefix(text) })
  for (const text of ['10.1.2.3/16', 'fd00:1::2/64']) {
    const prefix = parseIpPrefix(text)
    expect(space.removeAddress({ link, prefix })).toBe(true)
    expect(space.removeAddress({ link, prefix })).toBe(false)
  }
  expect(prefixes(space, link).sort()).toEqual(['10.1.2.3/24', '10.1.2.4/24', 'fd00:1::3/64'])
})
