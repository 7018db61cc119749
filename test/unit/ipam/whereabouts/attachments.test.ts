import { describe, expect, test } from 'vitest'
import { fakeError } from '#test/lab/fake-errors.ts'
import { folder, Network } from './network.ts'

const pod = (name: string) => ({
  containerId: `c-${name}`,
  args: `K8S_POD_NAMESPACE=ns;K8S_POD_NAME=${name}`,
})

test('gives each pod the lowest address that is free, and says so where the original would', async () => {
  const network = new Network({ range: '10.0.0.0/24', gateway: '10.0.0.1' })
  const { ips, routes, dns, interfaces } = await network.result(pod('a'))
  expect(ips.map(({ address, gateway }) => `${address} ${gateway}`)).toEqual([
    '10.0.0.2/24 10.0.0.1',
  ])
  expect({ routes, interfaces }).toEqual({ routes: [], interfaces: [] })
  expect(dns).toEqual({ nameservers: [], search: [], options: [] })
  expect(await network.add(pod('b'))).toEqual(['10.0.0.3/24'])
  const allocations = {
    2: { id: 'c-a', podref: 'ns/a', ifname: 'net1' },
    3: { id: 'c-b', podref: 'ns/b', ifname: 'net1' },
  }
  expect(network.documents()).toMatchObject({
    'pools/10.0.0.0-24.json': { range: '10.0.0.0/24', allocations },
    'reservations/-.json': {
      '10.0.0.2': { podref: 'ns/a', ifname: 'net1' },
      '10.0.0.3': { podref: 'ns/b', ifname: 'net1' },
    },
  })
})

test('passes on what is configured beside the ranges', async () => {
  const network = new Network({
    addresses: [{ address: '10.9.0.5/24', gateway: '10.9.0.1' }],
    routes: [{ dst: '10.7.0.0/16', gw: '10.9.0.1' }],
    dns: { nameservers: ['10.9.0.2'] },
  })
  const { ips, routes, dns } = await network.result(pod('a'))
  expect(ips.map(({ address, gateway }) => `${address} ${gateway}`)).toEqual([
    '10.9.0.5/24 10.9.0.1',
  ])
  expect(routes.map(({ destination }) => `${destination}`)).toEqual(['10.7.0.0/16'])
  expect(dns.nameservers).toEqual(['10.9.0.2'])
  expect(network.documents()).toEqual({})
})

test('gives an address of each range', async () => {
  const ipRanges = [{ range: '10.0.0.0/30' }, { range: 'fd00::/126' }, { range: '10.1.0.0/30' }]
  const network = new Network({ ipRanges })
  expect(await network.add(pod('a'))).toEqual(['10.0.0.1/30', 'fd00::1/126', '10.1.0.1/30'])
})

test('notes what it has given, so that a DEL need not look for it', async () => {
  const network = new Network({ ipRanges: [{ range: '10.0.0.0/30' }, { range: 'fd00::/126' }] })
  await network.add(pod('a'))
  const record = JSON.parse(await network.host.files.readText(`${folder}/attached/c-a:net1`))
  expect(record.addresses).toEqual(['10.0.0.1', 'fd00::1'])
})

test('gives nothing when one of the ranges has nothing', async () => {
  const network = new Network({ ipRanges: [{ range: '10.0.0.0/24' }, { range: '10.1.0.0/30' }] })
  await network.add(pod('a'))
  await network.add(pod('b'))
  const before = network.documents()
  await expect(network.add(pod('c'))).rejects.toMatchObject({
    code: 11,
    msg: 'Could not allocate IP in range: ip: 10.1.0.1 / - 10.1.0.2 / range: 10.1.0.0/30 / excludeRanges: []',
    details: 'all 2 addresses are taken',
  })
  expect(network.documents()).toEqual(before)
})

describe('a pod', () => {
  test('keeps its address in a new container, from which the old one cannot take it', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    await network.add(pod('a'))
    const again = { ...pod('a'), containerId: 'c-new' }
    expect(await network.add(again)).toEqual(['10.0.0.1/24'])
    await network.del(pod('a'))
    expect(network.taken('10.0.0.0-24')).toEqual({ 1: 'c-new' })
    expect(network.documents()['reservations/-.json']).toHaveProperty(['10.0.0.1'])
    await network.del(again)
    expect(network.taken('10.0.0.0-24')).toEqual({})
    expect(network.documents()['reservations/-.json']).toEqual({})
  })

  test('has an address on each interface', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    await network.add(pod('a'))
    expect(await network.add({ ...pod('a'), ifName: 'net2' })).toEqual(['10.0.0.2/24'])
  })

  test('gets what it asks for, on record', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    const args = `${pod('a').args};IP=10.0.0.77`
    expect(await network.add({ ...pod('a'), args })).toEqual(['10.0.0.77/24'])
    expect(network.taken('10.0.0.0-24')).toEqual({ 77: 'c-a' })
    const rival = { ...pod('b'), keys: { runtimeConfig: { ips: ['10.0.0.77'] } } }
    await expect(network.add(rival)).rejects.toMatchObject({
      code: 11,
      msg: 'allocate 10.0.0.77: it is taken by ns/a',
    })
  })

  test('is known without its ADD, as one of the original’s', async () => {
    const network = new Network({ range: '10.0.0.0/24', network_name: 'blue' })
    const allocations = { 7: { id: 'c-a', podref: 'ns/a', ifname: 'net1' } }
    const pool = { range: '10.0.0.0/24', allocations }
    network.host.files.put(`${folder}/pools/blue-10.0.0.0-24.json`, JSON.stringify(pool))
    const reserved = { '10.0.0.7': { podref: 'ns/a', ifname: 'net1' } }
    network.host.files.put(`${folder}/reservations/blue.json`, JSON.stringify(reserved))
    await network.del({ containerId: 'c-a' })
    expect(network.documents()).toEqual({
      'pools/blue-10.0.0.0-24.json': { range: '10.0.0.0/24', allocations: {} },
      'reservations/blue.json': {},
    })
  })
})

describe('ranges that overlap', () => {
  const wide = { range: '10.0.0.0/16' }
  const narrow = { range: '10.0.0.0/29' }

  test('give an address once', async () => {
    const network = new Network(wide)
    const beside = new Network(narrow, network.host)
    expect(await network.add(pod('a'))).toEqual(['10.0.0.1/16'])
    expect(await network.add(pod('b'))).toEqual(['10.0.0.2/16'])
    expect(await beside.add(pod('c'))).toEqual(['10.0.0.3/29'])
    expect(beside.taken('10.0.0.0-29')).toEqual({ 3: 'c-c' })
    expect(await network.add(pod('d'))).toEqual(['10.0.0.4/16'])
  })

  test('tell who has an address that is asked for', async () => {
    const network = new Network(wide)
    await network.add(pod('a'))
    const keys = { runtimeConfig: { ips: ['10.0.0.1'] } }
    const beside = new Network(narrow, network.host)
    await expect(beside.add({ ...pod('b'), keys })).rejects.toMatchObject({
      msg: 'allocate 10.0.0.1: it is taken by ns/a',
    })
    expect(beside.taken('10.0.0.0-29')).toEqual({})
  })

  test('tell how many of theirs others have', async () => {
    const network = new Network(wide)
    for (const name of ['a', 'b']) await network.add(pod(name))
    const beside = new Network({ range: '10.0.0.0/30' }, network.host)
    await expect(beside.add(pod('c'))).rejects.toMatchObject({
      details: 'all 2 addresses are taken, 2 of them through other ranges',
    })
    expect(beside.taken('10.0.0.0-30')).toEqual({})
  })

  test.each<[string, object, object]>([
    ['under other names', { network_name: 'blue' }, { network_name: 'red' }],
    ['when nobody looks after them', { enable_overlapping_ranges: false }, {}],
  ])('give an address twice %s', async (_, first, second) => {
    const network = new Network({ ...wide, ...first })
    const beside = new Network({ ...narrow, ...second }, network.host)
    expect(await network.add(pod('a'))).toEqual(['10.0.0.1/16'])
    expect(await beside.add(pod('b'))).toEqual(['10.0.0.1/29'])
  })
})

describe('a delay before reuse', () => {
  const ipam = { range: '10.0.0.0/24', reuse_delay: 60 }

  test('keeps an address from others, and not from its pod', async () => {
    const network = new Network(ipam)
    await network.add(pod('a'))
    await network.del(pod('a'))
    expect(await network.add(pod('b'))).toEqual(['10.0.0.2/24'])
    expect(await network.add({ ...pod('a'), containerId: 'c-new' })).toEqual(['10.0.0.1/24'])
  })

  test('ends', async () => {
    const network = new Network(ipam)
    await network.add(pod('a'))
    await network.del(pod('a'))
    await network.host.clock.advance(61_000)
    expect(await network.add(pod('b'))).toEqual(['10.0.0.1/24'])
  })

  test('is not for what an ADD took that failed', async () => {
    const network = new Network({ ...ipam, ipRanges: [{ range: '10.1.0.0/30' }] })
    for (const name of ['a', 'b']) await network.add(pod(name))
    await expect(network.add(pod('c'))).rejects.toMatchObject({ code: 11 })
    expect(network.taken('10.0.0.0-24')).toEqual({ 1: 'c-a', 2: 'c-b' })
  })
})

describe('what cannot be given back now', () => {
  const breakPool = (network: Network) =>
    network.host.files.put(`${folder}/pools/10.0.0.0-24.json`, 'no JSON')

  test('is given back by the next call', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    await network.add(pod('a'))
    const good = network.host.files.snapshot()[`${folder}/pools/10.0.0.0-24.json`]
    breakPool(network)
    await network.del(pod('a'))
    expect(network.host.streams.diagnostic).toContain('it is not JSON')
    network.host.files.put(`${folder}/pools/10.0.0.0-24.json`, good)
    expect(network.documents()).toHaveProperty(['released/c-a:net1'])
    expect(await network.add(pod('b'))).toEqual(['10.0.0.2/24'])
    expect(network.taken('10.0.0.0-24')).toEqual({ 2: 'c-b' })
    expect(network.documents()).not.toHaveProperty(['released/c-a:net1'])
  })

  test('is given back first where there is no other room', async () => {
    const network = new Network({ range: '10.0.0.0/30' })
    for (const name of ['a', 'b']) await network.add(pod(name))
    const path = `${folder}/pools/10.0.0.0-30.json`
    const good = network.host.files.snapshot()[path]
    network.host.files.put(path, 'no JSON')
    for (const name of ['a', 'b']) await network.del(pod(name))
    network.host.files.put(path, good)
    expect(await network.add(pod('c'))).toEqual(['10.0.0.1/30'])
    expect(network.taken('10.0.0.0-30')).toEqual({ 1: 'c-c' })
  })

  test('is not taken from the same container once it has it again', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    await network.add(pod('a'))
    const good = network.host.files.snapshot()[`${folder}/pools/10.0.0.0-24.json`]
    breakPool(network)
    await network.del(pod('a'))
    network.host.files.put(`${folder}/pools/10.0.0.0-24.json`, good)
    expect(await network.add(pod('a'))).toEqual(['10.0.0.1/24'])
    await network.del(pod('b'))
    expect(network.taken('10.0.0.0-24')).toEqual({ 1: 'c-a' })
  })

  test('is told as an error where there is no room to write it down', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    breakPool(network)
    network.host.files.replaceWhole = async () => {
      throw fakeError('ENOSPC', 'replace', 'x')
    }
    await expect(network.del(pod('a'))).rejects.toThrow('ENOSPC')
  })
})
