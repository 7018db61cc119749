import { describe, expect, test } from 'vitest'
import { failureOf } from '#test/lab/failure.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import type { CallChanges } from '#test/lab/fake-network.ts'
import { watchPorts } from '#test/lab/faults.ts'
import { folder, Network, owner } from './network.ts'

const small = { ranges: [[{ subnet: '10.1.2.0/29' }]] }
const dual = { ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: '2001:db8:1::/64' }]] }

test('gives an address of each set with its gateway, the routes and the resolver settings', async () => {
  const routes = [{ dst: '0.0.0.0/0' }]
  const network = new Network({ ...dual, routes, resolvConf: '/etc/pods.conf' })
  network.host.files.put('/etc/pods.conf', 'nameserver 10.1.2.1\n')
  const { ips, ...others } = await network.result()
  expect(ips.map(({ address, gateway }) => `${address} ${gateway}`)).toEqual([
    '10.1.2.2/29 10.1.2.1',
    '2001:db8:1::2/64 2001:db8:1::1',
  ])
  expect(others.interfaces).toEqual([])
  expect(others.routes.map(({ destination }) => `${destination}`)).toEqual(['0.0.0.0/0'])
  expect(others.dns.nameservers).toEqual(['10.1.2.1'])
})

test('keeps on disk what the reference plugin would', async () => {
  const network = new Network(dual)
  await network.add()
  expect(network.files()).toEqual({
    '10.1.2.2': 'c1\r\nnet1',
    '2001:db8:1::2': 'c1\r\nnet1',
    'last_reserved_ip.0': '10.1.2.2',
    'last_reserved_ip.1': '2001:db8:1::2',
  })
  const { files } = network.host
  const modes = ['10.1.2.2', 'last_reserved_ip.0', 'lock'].map((name) =>
    files.modeOf(`${folder}/${name}`),
  )
  expect(modes).toEqual([0o600, 0o600, 0o750])
})

test('goes on after the last address, also of another program, and not back to a released one', async () => {
  const network = new Network(small)
  network.put({ 'last_reserved_ip.0': '10.1.2.3' })
  expect(await network.add()).toEqual(['10.1.2.4/29'])
  await network.del()
  expect(await network.add()).toEqual(['10.1.2.5/29'])
})

test('starts over when it cannot read the last address as one', async () => {
  const network = new Network(small)
  network.put({ 'last_reserved_ip.0': '10.1.2.3\n' })
  expect(await network.add()).toEqual(['10.1.2.2/29'])
})

test('gives nobody the address of another attachment', async () => {
  const network = new Network(small)
  network.put({
    '10.1.2.2': owner('other'),
    '10.1.2.3': 'old-style',
    '10.1.2.5': owner('c1', 'net2'),
  })
  expect(await network.add()).toEqual(['10.1.2.4/29'])
})

test('takes an address whose file says nothing, which a crash left', async () => {
  const network = new Network(small)
  network.put({ '10.1.2.2': ' \r\n' })
  expect(await network.add()).toEqual(['10.1.2.2/29'])
  expect(network.files()['10.1.2.2']).toBe('c1\r\nnet1')
})

test('passes over a folder with the name of an address', async () => {
  const network = new Network(small)
  network.put({ '10.1.2.2/notes': 'x' })
  expect(await network.add()).toEqual(['10.1.2.3/29'])
})

test.each([
  ['this version', owner('c1')],
  ['an old version', 'c1\n'],
])('refuses a second address for an attachment that has one of %s', async (_, content) => {
  const network = new Network(dual)
  network.put({ '2001:db8:1::7': content })
  const failure = await failureOf(network.add())
  expect(failure).toMatchObject({
    code: 999,
    msg: 'reserve an address for container c1, interface net1: it already holds 2001:db8:1::7',
  })
  expect(network.taken()).toEqual(['2001:db8:1::7'])
})

test('gives an attachment that has an address of one set one of another', async () => {
  const network = new Network({ ranges: [[{ subnet: '10.9.0.0/24' }]] })
  network.put({ '10.1.2.2': owner('c1') })
  expect(await network.add()).toEqual(['10.9.0.2/24'])
})

test('tells how many addresses there are when none is left', async () => {
  const network = new Network(small)
  for (const containerId of ['a', 'b', 'c', 'd', 'e']) await network.add({ containerId })
  expect(await failureOf(network.add())).toMatchObject({
    code: 11,
    msg: 'reserve an address of 10.1.2.1-10.1.2.6: no free address, 5 of 5 taken',
  })
})

test('gives back the first address when the second set has none, and nothing else', async () => {
  const network = new Network({ ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: 'fd00::/126' }]] })
  network.put({ 'fd00::2': owner('a'), 'fd00::3': owner('b'), '10.9.9.9': owner('c1') })
  expect(await failureOf(network.add())).toMatchObject({ code: 11 })
  expect(network.taken()).toEqual(['10.9.9.9', 'fd00::2', 'fd00::3'])
})

test('reserves nothing before it has read the resolver settings', async () => {
  const network = new Network({ ...small, resolvConf: '/etc/missing.conf' })
  expect(await failureOf(network.add())).toMatchObject({
    code: 'ENOENT',
    object: '/etc/missing.conf',
  })
  expect(network.files()).toEqual({})
})

describe('a requested address', () => {
  test('is given, whoever asks, and the other sets give any', async () => {
    const network = new Network(dual)
    expect(await network.add({ args: 'IP=10.1.2.5' })).toEqual(['10.1.2.5/29', '2001:db8:1::2/64'])
    const keys = {
      args: { cni: { ips: ['2001:db8:1::77/64'] } },
      runtimeConfig: { ips: ['10.1.2.4'] },
    }
    expect(await network.add({ containerId: 'c2', keys })).toEqual([
      '10.1.2.4/29',
      '2001:db8:1::77/64',
    ])
    expect(network.files()['last_reserved_ip.0']).toBe('10.1.2.4')
  })

  test.each([
    ['10.1.2.5', owner('abc'), 'container abc, interface net1 holds it'],
    ['10.1.2.5', 'abc', 'container abc holds it'],
  ])('%s is refused, naming the holder %j', async (ip, content, holder) => {
    const network = new Network(small)
    network.put({ [ip]: content })
    const keys = { runtimeConfig: { ips: [ip] } }
    expect(await failureOf(network.add({ keys }))).toMatchObject({
      code: 11,
      msg: `reserve ${ip}, requested by runtimeConfig.ips[0]: ${holder}`,
    })
    expect(network.files()).toEqual({ [ip]: content })
  })

  test.each<[string, CallChanges, string]>([
    ['CNI_ARGS', { args: 'IP=10.1.2.5' }, owner('c1')],
    ['runtimeConfig.ips', { keys: { runtimeConfig: { ips: ['10.1.2.5'] } } }, owner('c1')],
    ['args.cni.ips', { keys: { args: { cni: { ips: ['10.1.2.5/29'] } } } }, 'c1\n'],
  ])('in %s that the attachment already holds is refused as a second ADD', async (...row) => {
    const [, changes, content] = row
    const network = new Network(dual)
    network.put({ '10.1.2.5': content })
    expect(await failureOf(network.add(changes))).toMatchObject({
      code: 999,
      msg: 'reserve an address for container c1, interface net1: it already holds 10.1.2.5',
    })
    expect(network.files()).toEqual({ '10.1.2.5': content })
  })

  test('is given beside another one of the set', async () => {
    const network = new Network(small)
    await network.add()
    expect(await network.add({ args: 'IP=10.1.2.5' })).toEqual(['10.1.2.5/29'])
    expect(network.taken()).toEqual(['10.1.2.2', '10.1.2.5'])
  })

  test('is taken from a crash', async () => {
    const network = new Network(small)
    network.put({ '10.1.2.5': '' })
    expect(await network.add({ args: 'IP=10.1.2.5' })).toEqual(['10.1.2.5/29'])
    expect(network.files()['10.1.2.5']).toBe(owner('c1'))
  })

  test.each([
    [
      'outside of all ranges',
      ['10.1.2.3', '10.9.9.9'],
      'runtimeConfig.ips[1]: expected an address of 10.1.2.1-10.1.2.6 or 2001:db8:1::1-2001:db8:1:0:ffff:ffff:ffff:ffff, found "10.9.9.9"',
    ],
    [
      'that is the gateway',
      ['10.1.2.1'],
      'runtimeConfig.ips[0]: expected another address than the gateway 10.1.2.1, found "10.1.2.1"',
    ],
    [
      'that is the second of its set',
      ['10.1.2.3', '10.1.2.4'],
      'runtimeConfig.ips[1]: expected no second address of range set 10.1.2.1-10.1.2.6 besides 10.1.2.3, found "10.1.2.4"',
    ],
  ])('%s is refused, and nothing reserved', async (_, ips, message) => {
    const network = new Network(dual)
    const failure = await failureOf(network.add({ keys: { runtimeConfig: { ips } } }))
    expect(failure).toMatchObject({ name: 'ConfigError', message })
    expect(network.files()).toEqual({})
  })

  test('in CNI_ARGS that no range has is a bad environment', async () => {
    const failure = await failureOf(new Network(small).add({ args: 'IP=10.9.9.9/8' }))
    expect(failure).toMatchObject({
      code: 4,
      msg: 'ARGS: error parsing value of pair "IP=10.9.9.9/8": expected an address of 10.1.2.1-10.1.2.6',
    })
  })
})

test('waits a minute for the lock', async () => {
  const network = new Network(small)
  network.host.files.occupyLock(`${folder}/lock`)
  expect(await failureOf(network.add())).toMatchObject({
    code: 'ETIMEDOUT',
    object: `${folder}/lock`,
  })
  expect(network.host.clock.monotonicMs()).toBe(60_000)
})

test('gives parallel calls different addresses', async () => {
  const network = new Network({ subnet: '10.1.2.0/24' })
  const ids = Array.from({ length: 200 }, (_, index) => `c${index}`)
  const given = await Promise.all(ids.map((containerId) => network.add({ containerId })))
  expect(new Set(given.flat()).size).toBe(200)
})

test.each(['createWhole', 'replaceWhole'] as const)(
  'holds nothing when the disk is full in %s',
  async (operation) => {
    const network = new Network(dual)
    const { files } = network.host
    files[operation] = async (path) => Promise.reject(fakeError('ENOSPC', 'create', path))
    expect(await failureOf(network.add())).toMatchObject({ code: 'ENOSPC' })
    expect(network.files()).toEqual({})
  },
)

test('undoes an ADD whose any single step fails, and the next one succeeds', async () => {
  const good = new Network(dual)
  const watched = watchPorts(good.call('ADD'))
  await good.add({ host: watched.host })
  expect(watched.calls.length).toBeGreaterThan(6)
  for (let faultAt = 1; faultAt <= watched.calls.length; faultAt++) {
    const network = new Network(dual)
    const { host } = watchPorts(network.call('ADD'), faultAt)
    expect(await failureOf(network.add({ host }))).toMatchObject({ operation: 'injected fault' })
    expect(network.taken()).toEqual([])
    expect(await network.add()).toHaveLength(2)
  }
})
