import { beforeEach, expect, test } from 'vitest'
import { Rollback } from '#base/rollback.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { NftExpression } from '#kernel/nftables.ts'
import {
  addMasquerade,
  collectMasquerades,
  findMasqueradeBackend,
  type MasqueradeSite,
  removeMasquerade,
  requireMasqueradeBackend,
} from '#nft/masquerade.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeIptables } from '#test/lab/fake-iptables.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

const owner = { network: 'unit-test', containerId: 'one', ifName: 'eth0' }
const addresses = ['10.1.2.3/24', '2001:db8::5/64'].map(parseIpPrefix)
const chain = 'CNI-9980bf65f61617e91ffcb025'
const legacy = { '/proc/net/ip_tables_names': 'nat\n', '/proc/net/ip6_tables_names': 'nat\n' }

let space: FakeNamespace
beforeEach(() => {
  space = new FakeKernel().host
})

/** A machine with iptables, whose kernel keeps the tables of iptables-legacy when it is `used`. */
function machine(used: Readonly<Record<string, string>> = {}) {
  const host = new FakeHost({ files: used })
  const [ipv4, ipv6] = [new FakeIptables(host), new FakeIptables(host, 'ip6tables')]
  const site: MasqueradeSite = { space, host }
  return { host, site, ipv4, ipv6 }
}

test('iptables is preferred, and needs one process for each family', async () => {
  const { site, ipv4, ipv6 } = machine()
  expect(await findMasqueradeBackend(site)).toBe('iptables')
  await addMasquerade(site, owner, { addresses, backend: 'iptables' })
  expect(ipv4.runs.slice(1)).toMatchObject([
    expect.stringMatching(/^iptables-restore --noflush --wait < \*nat\n-N CNI-.*COMMIT\n$/s),
  ])
  expect(ipv6.runs).toHaveLength(1)
  expect(ipv4.ours).toHaveLength(4)
  expect(space.listNftChains({ family: 'inet', table: 'cni_plugins_masquerade' })).toEqual([])
})

test.for([
  ['fails', { exitStatus: 3 }],
  ['does not end', { exitStatus: undefined, signal: 'SIGKILL', timedOut: true }],
] as const)('nftables is chosen where iptables %s', async ([, failure]) => {
  const { site, ipv4 } = machine()
  ipv4.failure = failure
  expect(await findMasqueradeBackend(site)).toBe('nftables')
  await requireMasqueradeBackend(site)
  const checks = { family: 'inet', table: 'cni_plugins_masquerade', chain: 'masq_checks' } as const
  {
    await using undo = new Rollback()
    await addMasquerade(site, owner, { addresses, undo })
    expect(space.listNftRules(checks)).toHaveLength(2)
  }
  expect(space.listNftRules(checks)).toEqual([])
})

test('iptables that knows no such rule is usable', async () => {
  const { site, ipv4 } = machine()
  ipv4.failure = { exitStatus: 1 }
  expect(await findMasqueradeBackend(site)).toBe('iptables')
})

test('iptables that cannot be started is not usable', async () => {
  const { site, host } = machine()
  host.processes.install('/usr/sbin/iptables', () => {
    throw fakeError('EACCES', 'run', '/usr/sbin/iptables')
  })
  expect(await findMasqueradeBackend(site)).toBe('nftables')
})

test('without iptables and nf_tables nobody masquerades', async () => {
  space.findNftChain = () => {
    throw fakeError('EOPNOTSUPP', 'find', 'chain')
  }
  const site = { space, host: new FakeHost() }
  expect(await findMasqueradeBackend(site)).toBeUndefined()
  await expect(requireMasqueradeBackend(site)).rejects.toMatchObject({
    code: 50,
    msg: 'ipMasq: neither iptables nor nf_tables is of use here',
  })
  await expect(addMasquerade(site, owner, { addresses })).rejects.toThrow(
    'masquerade eth0 of one in unit-test: EOPNOTSUPP operation not supported — neither iptables',
  )
})

test('iptables that was asked for and is not there is named', async () => {
  const site = { space, host: new FakeHost() }
  await expect(addMasquerade(site, owner, { addresses, backend: 'iptables' })).rejects.toThrow(
    'find iptables-restore in PATH: ENOENT',
  )
})

test('what iptables says when it refuses is told, and the other family is undone', async () => {
  const { site, ipv4, ipv6 } = machine()
  ipv6.failure = { exitStatus: 4, diagnostic: 'ip6tables-restore: line 2 failed\n' }
  const added = addMasquerade(site, owner, { addresses, backend: 'iptables' })
  await expect(added).rejects.toThrow(
    'run /usr/sbin/ip6tables-restore --noflush --wait: exit status 4: ip6tables-restore: line 2 failed; standard input: "*nat\\n-N CNI-',
  )
  expect(ipv4.ours).toEqual([])
})

test('iptables that hangs is killed and named', async () => {
  const { site, ipv4 } = machine()
  ipv4.failure = { exitStatus: undefined, signal: 'SIGKILL', timedOut: true }
  await expect(addMasquerade(site, owner, { addresses, backend: 'iptables' })).rejects.toThrow(
    'run /usr/sbin/iptables-restore --noflush --wait: ETIMEDOUT it did not end within 60 seconds',
  )
})

test('adding again adds nothing, and a second address is added to the first', async () => {
  const { site, ipv4 } = machine(legacy)
  const request = { addresses: addresses.slice(0, 1), backend: 'iptables' } as const
  await addMasquerade(site, owner, request)
  const first = ipv4.ours
  await addMasquerade(site, owner, request)
  expect(ipv4.ours).toEqual(first)
  await addMasquerade(
    site,
    { ...owner, ifName: 'eth1' },
    {
      ...request,
      addresses: [parseIpPrefix('10.7.7.7/16')],
    },
  )
  expect(ipv4.ours).toHaveLength(6)
  await removeMasquerade(site, owner)
  expect(ipv4.ours).toEqual([])
})

test('removal runs nothing where iptables has left no trace', async () => {
  const { site, host } = machine({ '/proc/net/ip_tables_names': 'filter\n' })
  await removeMasquerade(site, owner)
  await collectMasquerades(site, 'unit-test', [])
  expect(host.processes.requests).toEqual([])
})

test('removal runs nothing for what iptables-nft has made either', async () => {
  const { site, host } = machine()
  addAsIptablesNft()
  await removeMasquerade(site, owner)
  expect(host.processes.requests).toEqual([])
  expect(chains()).toEqual(['POSTROUTING'])
  expect(space.listNftRules({ ...nat, chain: 'POSTROUTING' })).toHaveLength(1)
})

const nat = { family: 'ip', table: 'nat' } as const

function chains(): string[] {
  return space.listNftChains(nat).map((one) => one.chain)
}

/** A chain of ours with a jump to it, beside somebody else's rule. */
function addAsIptablesNft(): void {
  const postrouting = { ...nat, chain: 'POSTROUTING' }
  const other: NftExpression[] = [{ kind: 'other', name: 'match' }, { kind: 'counter' }]
  const jump: NftExpression = { kind: 'verdict', verdict: 'jump', chain }
  space.changeNftables([
    { operation: 'addTable', ...nat },
    { operation: 'addChain', ...postrouting },
    { operation: 'addChain', ...nat, chain },
    { operation: 'addRule', ...nat, chain, expressions: other },
    { operation: 'addRule', ...postrouting, expressions: other },
    { operation: 'addRule', ...postrouting, expressions: [...other, jump] },
  ])
}

test('removal tells all failures, after having tried everything', async () => {
  const { site, ipv4, ipv6 } = machine(legacy)
  await addMasquerade(site, owner, { addresses, backend: 'iptables' })
  await addMasquerade(site, owner, { addresses, backend: 'nftables' })
  ipv4.failure = { exitStatus: 4, diagnostic: 'locked' }
  const removed = removeMasquerade(site, owner)
  await expect(removed).rejects.toThrow(
    'run /usr/sbin/iptables --wait -t nat -S: exit status 4: locked',
  )
  expect(ipv6.ours).toEqual([])
  const key = { family: 'inet', table: 'cni_plugins_masquerade', chain: 'masq_checks' } as const
  expect(space.listNftRules(key)).toEqual([])
})

test('a collection removes the chains of its network’s containers that are not valid', async () => {
  const { site, ipv4 } = machine(legacy)
  const add = (containerId: string, network = 'unit-test') =>
    addMasquerade(site, { ...owner, containerId, network }, { addresses, backend: 'iptables' })
  await add('one')
  await add('two')
  await add('two', 'other')
  await collectMasquerades(site, 'unit-test', [{ containerId: 'one', ifName: 'eth7' }])
  const names = ipv4.ours.flatMap(
    (line) => /^-A POSTROUTING .*name: (.*) id: (.*)""/.exec(line)?.slice(1, 3).join(' ') ?? [],
  )
  expect(names).toEqual(['\\"unit-test\\" \\"one\\', '\\"other\\" \\"two\\'])
})

test('a collection asks iptables whose the chains in nf_tables are', async () => {
  const { site, ipv4 } = machine()
  addAsIptablesNft()
  const comment = '--comment "name: \\"unit-test\\" id: \\"one\\""'
  ipv4.lines = [`-N ${chain}`, `-A POSTROUTING -s 10.1.2.3/32 -m comment ${comment} -j ${chain}`]
  await collectMasquerades(site, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
  expect(chains()).toEqual(['POSTROUTING', chain])
  await collectMasquerades(site, 'unit-test', [])
  expect(chains()).toEqual(['POSTROUTING'])
})
