import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'vitest'
import { isSystemError } from '#base/system-error.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { openKernel } from '#kernel/addon.ts'
import type { Kernel, Namespace } from '#kernel/kernel.ts'
import { etherTypes } from '#kernel/packet-socket.ts'
import { runSync } from '#test/lab/command.ts'
import { test } from '#test/lab/kernel.ts'
import type { Lab } from '#test/lab/lab.ts'
import { LabNamespace } from '#test/lab/namespace.ts'

const ownNamespace = (): string => readlinkSync('/proc/thread-self/ns/net')
const namedNamespaces = (): string[] => readdirSync('/run/netns')

/** A namespace made through the port, with its name; the lab takes it away. */
function create(kernel: Kernel, lab: Lab): { name: string; space: Namespace } {
  const name = `made-${process.pid}-${Math.random().toString(36).slice(2)}`
  lab.afterwards(() => kernel.removeNamespace(name))
  return { name, space: kernel.createNamespace(name) }
}

test('opens the namespace at a path', ({ lab, kernel }) => {
  const witness = lab.namespace('blue')
  witness.ip('link', 'add', 'br7', 'type', 'bridge')
  using space = kernel.openNamespace(witness.path)
  expect(space.path).toBe(witness.path)
  expect(space.listLinks().map((link) => link.name)).toEqual(['lo', 'br7'])
})

test('opens the namespace of a process', ({ kernel }) => {
  using opened = kernel.openNamespace(`/proc/${process.pid}/ns/net`)
  using current = kernel.currentNamespace()
  expect(opened.isSameAs(current)).toBe(true)
})

test('finds nothing where nothing is, and opening that names the path', ({ lab, kernel }) => {
  const path = join(lab.folder, 'absent')
  expect(kernel.findNamespace(path)).toBeUndefined()
  expect(() => kernel.openNamespace(path)).toThrow(
    `open network namespace ${path}: ENOENT no such file or directory`,
  )
})

test('finds the namespace that is there', ({ lab, kernel }) => {
  const { path } = lab.namespace('blue')
  using found = kernel.findNamespace(path)
  expect(found?.path).toBe(path)
})

const impostors: Record<string, (path: string) => void> = {
  file: (path) => writeFileSync(path, ''),
  directory: (path) => mkdirSync(path),
  pipe: (path) => runSync(['mkfifo', path]),
  'namespace of another type': (path) => runSync(['ln', '-s', '/proc/self/ns/mnt', path]),
  device: (path) => runSync(['ln', '-s', '/dev/null', path]),
}

test.for(Object.entries(impostors))(
  'refuses a %s that is no network namespace',
  ([, make], { lab, kernel }) => {
    const path = join(lab.folder, 'impostor')
    make(path)
    const message = `open network namespace ${path}: EINVAL invalid argument — it is not a network namespace`
    expect(() => kernel.openNamespace(path)).toThrow(message)
    expect(() => kernel.findNamespace(path)).toThrow(message)
  },
)

test('creates a named namespace that iproute2 can use', ({ lab, kernel }) => {
  const { name, space } = create(kernel, lab)
  using created = space
  const witness = new LabNamespace(name)
  expect(created.path).toBe(witness.path)
  expect(runSync(['ip', 'netns', 'list'])).toContain(name)
  expect(witness.links().map((link) => [link.ifname, link.flags])).toEqual([['lo', ['LOOPBACK']]])
  witness.ip('link', 'set', 'lo', 'up')
  expect(created.link('lo').isUp).toBe(true)
})

test('refuses to create a namespace whose name is taken, and leaves that one', ({
  lab,
  kernel,
}) => {
  const taken = lab.namespace('taken')
  taken.ip('link', 'add', 'br0', 'type', 'bridge')
  expect(() => kernel.createNamespace(taken.name)).toThrow(
    `create network namespace ${taken.name}: EEXIST file exists`,
  )
  expect(taken.linkNames()).toEqual(['br0'])
})

test.for(['', '.', '..', 'a/b', 'n'.repeat(256)])(
  'refuses the name "%s" for a namespace',
  (name, { kernel }) => {
    const message = 'EINVAL invalid argument — the name of a namespace is the name of a file'
    expect(() => kernel.createNamespace(name)).toThrow(message)
    expect(() => kernel.removeNamespace(name)).toThrow(message)
  },
)

test('makes and removes nothing outside of the folder of namespaces', ({ lab, kernel }) => {
  const outside = (name: string) => relative('/run/netns', join(lab.folder, name))
  writeFileSync(join(lab.folder, 'there'), '')
  expect(() => kernel.createNamespace(outside('new'))).toThrow('EINVAL')
  expect(() => kernel.removeNamespace(outside('there'))).toThrow('EINVAL')
  expect(readdirSync(lab.folder)).toEqual(['there'])
})

test('removes a named namespace once, whoever made it', ({ lab, kernel }) => {
  const theirs = lab.namespace('theirs')
  const { name, space } = create(kernel, lab)
  space[Symbol.dispose]()
  for (const one of [theirs.name, name]) {
    expect(kernel.removeNamespace(one)).toBe(true)
    expect(namedNamespaces()).not.toContain(one)
    expect(kernel.removeNamespace(one)).toBe(false)
  }
})

test('iproute2 removes what the port made', ({ lab, kernel }) => {
  const { name, space } = create(kernel, lab)
  space[Symbol.dispose]()
  runSync(['ip', 'netns', 'delete', name])
  expect(namedNamespaces()).not.toContain(name)
})

test('removes the file that a crashed creation left', ({ kernel }) => {
  const name = `left-${process.pid}`
  writeFileSync(`/run/netns/${name}`, '')
  expect(kernel.removeNamespace(name)).toBe(true)
  expect(namedNamespaces()).not.toContain(name)
})

test('a namespace held open outlives its name', ({ lab, kernel }) => {
  const { name, space } = create(kernel, lab)
  using held = space
  kernel.removeNamespace(name)
  held.createLink({ kind: 'bridge', name: 'br0' })
  expect(held.listLinks().map((link) => link.name)).toEqual(['lo', 'br0'])
})

test('tells namespaces apart, by whatever path they were opened', ({ lab, open, kernel }) => {
  const blue = lab.namespace('blue')
  const link = join(lab.folder, 'blue')
  runSync(['ln', '-s', blue.path, link])
  using again = kernel.openNamespace(link)
  expect(open(blue).isSameAs(again)).toBe(true)
  expect(open(blue).isSameAs(open(lab.namespace('red')))).toBe(false)
})

test('the process stays in its own namespace', ({ lab, kernel, space, witness }) => {
  const before = ownNamespace()
  const { space: made } = create(kernel, lab)
  using other = made
  witness.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
  witness.ip('link', 'set', 'v0', 'up')
  const { index } = space.link('v0')
  space.moveLink('v1', other)
  space.announceAddress(index, parseIpAddress('10.0.0.1'))
  space.writeSysctl('net/ipv4/ip_forward', '1')
  expect(() => space.readSysctl('net/ipv4/absent')).toThrow('ENOENT')
  expect(ownNamespace()).toBe(before)
})

test('disposing twice is harmless', ({ lab, kernel }) => {
  const space = kernel.openNamespace(lab.namespace('blue').path)
  space[Symbol.dispose]()
  expect(() => space[Symbol.dispose]()).not.toThrow()
})

const uses: Record<string, (space: Namespace, other: Namespace) => unknown> = {
  isSameAs: (space, other) => space.isSameAs(other),
  'isSameAs as the other': (space, other) => other.isSameAs(space),
  link: (space) => space.link('lo'),
  findLink: (space) => space.findLink(1),
  listLinks: (space) => space.listLinks(),
  createLink: (space) => space.createLink({ kind: 'bridge', name: 'br0' }),
  'createLink as the home of a parent': (namespace, other) =>
    other.createLink({
      kind: 'macvlan',
      name: 'm0',
      parent: { index: 1, namespace },
      macvlan: { mode: 'bridge' },
    }),
  'createLink as the home of a peer': (namespace, other) =>
    other.createLink({ kind: 'veth', name: 'v0', peer: { name: 'v1', namespace } }),
  changeLink: (space) => space.changeLink('lo', { isUp: false }),
  'moveLink as the target': (space, other) => other.moveLink('lo', space),
  removeLink: (space) => space.removeLink('lo'),
  addAddress: (space) => space.addAddress({ link: 1, prefix: parseIpPrefix('10.0.0.1/8') }),
  listAddresses: (space) => space.listAddresses(),
  listRoutes: (space) => space.listRoutes(),
  listNeighbours: (space) => space.listNeighbours(),
  readSysctl: (space) => space.readSysctl('net/ipv4/ip_forward'),
  announceAddress: (space) => space.announceAddress(1, parseIpAddress('10.0.0.1')),
  openPacketSocket: (space) =>
    space.openPacketSocket({ link: 1, etherType: etherTypes.arp, receive: () => {} }),
}

test.for(Object.entries(uses))('refuses %s after disposal', ([, use], { lab, open }) => {
  const space = open(lab.namespace('blue'))
  const other = open(lab.namespace('red'))
  space[Symbol.dispose]()
  expect(() => use(space, other)).toThrow('the namespace has been closed')
})

test('refuses a namespace of another kernel', ({ space }) => {
  const stranger: Namespace = Object.create(space, { path: { value: space.path } })
  expect(() => space.isSameAs(stranger)).toThrow('a namespace of another kernel')
})

test('refuses a module that is not the addon', () => {
  expect(() => openKernel({})).toThrow('the loaded module is not the netwright addon')
})

test('opening, using and failing leak no file descriptor', ({ lab, kernel, witness }) => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  const file = join(lab.folder, 'file')
  writeFileSync(file, '')
  const useEverything = (): void => {
    using space = kernel.openNamespace(witness.path)
    space.listLinks()
    space.readSysctl('net/ipv4/ip_forward')
    space.announceAddress(1, parseIpAddress('127.0.0.1'))
    const { name, space: made } = create(kernel, lab)
    made[Symbol.dispose]()
    kernel.removeNamespace(name)
    kernel.currentNamespace()[Symbol.dispose]()
    for (const path of [file, lab.folder, join(lab.folder, 'absent')]) {
      expect(() => kernel.openNamespace(path)).toThrow()
    }
    expect(() => space.readSysctl('net/absent')).toThrow()
  }
  useEverything()
  const before = descriptors()
  for (let i = 0; i < 50; i++) useEverything()
  expect(descriptors()).toBe(before)
})

test('an open namespace is not handed to programs that are started', ({ lab, kernel }) => {
  const { path } = lab.namespace('blue')
  const inherited = (): string => runSync(['ls', '/proc/self/fd'])
  const before = inherited()
  using space = kernel.openNamespace(path)
  space.listLinks()
  expect(inherited()).toBe(before)
})

test('errors carry their facts', ({ kernel }) => {
  expect.assertions(2)
  try {
    kernel.openNamespace('/absent')
  } catch (error) {
    expect(isSystemError(error, 'ENOENT')).toBe(true)
    expect(error).toMatchObject({
      operation: 'open network namespace',
      object: '/absent',
      errno: 2,
      text: 'no such file or directory',
    })
  }
})
