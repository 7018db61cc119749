import { expect, test } from 'vitest'
import { createVeth, findHostEnd } from '#cni/veth.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

interface Scene {
  readonly host: FakeNamespace
  readonly sandbox: FakeNamespace
  /** The names that were tried, all of which are taken. */
  readonly names: readonly string[]
  create(): void
}

function scene(): Scene {
  const kernel = new FakeKernel()
  const { host } = kernel
  const sandbox = kernel.addNamespace('/run/netns/pod')
  const { random } = new FakeHost({})
  const names: string[] = []
  host.createLink = ({ name }) => {
    names.push(name)
    throw fakeError('EEXIST', 'create link', name)
  }
  const request = { peer: { name: 'eth0', namespace: sandbox }, mtu: 0 }
  return { host, sandbox, names, create: () => createVeth({ host, random }, request) }
}

test('another name is tried where the random one is taken, ten times', () => {
  const { names, create } = scene()
  expect(create).toThrow('EEXIST')
  expect(names).toHaveLength(10)
  expect(names[0]).toMatch(/^veth[0-9a-f]{8}$/)
})

test('a name that is taken in the sandbox is an error at once', () => {
  const { sandbox, names, create } = scene()
  sandbox.addLink({ name: 'eth0' })
  expect(create).toThrow('EEXIST')
  expect(names).toHaveLength(1)
})

test.for([
  [{}, true],
  [{ parent: 77 }, false],
  [{ parentNamespaceId: undefined }, false],
] as const)(
  'the end on the host is one that knows the other for its own: with %o it is %s',
  ([changes, isFound]) => {
    const { host, sandbox } = scene()
    const link = sandbox.addLink({ name: 'eth0', kind: 'veth', parent: 2, parentNamespaceId: 0 })
    const facts = { parent: link.index, parentNamespaceId: 0, ...changes }
    const end = host.addLink({ name: 'veth0', kind: 'veth', ...Object(facts) })
    expect(end.index).toBe(2)
    expect(findHostEnd(host, link)).toBe(isFound ? end : undefined)
  },
)
