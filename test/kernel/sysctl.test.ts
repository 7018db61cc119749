import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { test } from '#test/lab/kernel.ts'

const forwarding = 'net/ipv4/ip_forward'

test('reads a setting as it stands in /proc/sys', ({ space, witness }) => {
  for (const key of [forwarding, 'net/ipv4/tcp_rmem', 'net/ipv6/conf/all/accept_dad']) {
    expect(space.readSysctl(key)).toBe(witness.sysctl(key))
  }
})

test('writes a setting of one namespace and no other', ({ lab, open, space, witness }) => {
  const other = lab.namespace('other')
  const own = (): string => readFileSync(`/proc/sys/${forwarding}`, 'utf8')
  const before = { own: own(), other: other.sysctl(forwarding) }
  const value = before.other === '1' ? '0' : '1'
  space.writeSysctl(forwarding, value)
  expect(witness.sysctl(forwarding)).toBe(value)
  expect(space.readSysctl(forwarding)).toBe(value)
  expect(open(other).readSysctl(forwarding)).toBe(before.other)
  expect({ own: own(), other: other.sysctl(forwarding) }).toEqual(before)
})

test('writes a setting of one link, whatever dots its name has', ({ space, witness }) => {
  for (const name of ['eth0', 'eth0.100', 'a.b.c']) {
    space.createLink({ kind: 'bridge', name })
    const key = `net/ipv4/conf/${name}/arp_notify`
    space.writeSysctl(key, '1')
    expect(witness.sysctl(key)).toBe('1')
    expect(space.readSysctl(key)).toBe('1')
  }
  expect(witness.sysctl('net/ipv4/conf/default/arp_notify')).toBe('0')
})

test('reads a list of settings that is longer than a page', ({ space, witness }) => {
  const key = 'net/ipv4/ip_local_reserved_ports'
  const ports = (from: number): string =>
    Array.from({ length: 500 }, (_, i) => from + 2 * i).join(',')
  // The kernel takes no more than a page at once; what follows in the same file is added.
  const write = `(printf %s "$1"; printf %s "$2") >/proc/sys/${key}`
  witness.run('sh', '-c', write, 'sh', ports(20_000), ports(30_000))
  expect(space.readSysctl(key)).toBe(`${ports(20_000)},${ports(30_000)}`)
})

test('names the setting that is not there', ({ space }) => {
  const key = 'net/ipv4/conf/absent/arp_notify'
  const cause = `${key} in ${space.path}: ENOENT no such file or directory`
  expect(() => space.readSysctl(key)).toThrow(`read setting ${cause}`)
  expect(() => space.writeSysctl(key, '1')).toThrow(`write setting ${cause}`)
})

const foreign = [
  'kernel/hostname',
  'net',
  'net/',
  'net/ipv4/',
  'net//ipv4/ip_forward',
  'net/./ipv4/ip_forward',
  'net/../kernel/hostname',
  'net/ipv4/../../kernel/hostname',
  '/net/ipv4/ip_forward',
  '/proc/sys/net/ipv4/ip_forward',
  'net.ipv4.ip_forward',
  '',
]

test.for(foreign)(
  'refuses the key "%s", which is none of a network namespace',
  (key, { space }) => {
    const cause = `${key} in ${space.path}: EINVAL invalid argument — the key of a setting looks like net/ipv4/ip_forward`
    expect(() => space.readSysctl(key)).toThrow(`read setting ${cause}`)
    expect(() => space.writeSysctl(key, '1')).toThrow(`write setting ${cause}`)
  },
)

test('refuses a key with a zero in it', ({ space }) => {
  expect(() => space.readSysctl('net/ipv4/ip_forward\0')).toThrow(TypeError)
})

test('reports a value that the kernel does not take, and leaves the old one', ({
  space,
  witness,
}) => {
  const before = witness.sysctl(forwarding)
  expect(() => space.writeSysctl(forwarding, 'perhaps')).toThrow(
    `write setting ${forwarding} in ${space.path}: EINVAL invalid argument`,
  )
  expect(witness.sysctl(forwarding)).toBe(before)
})
