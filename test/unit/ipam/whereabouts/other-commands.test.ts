import { describe, expect, test } from 'vitest'
import { folder, Network } from './network.ts'

const pod = (name: string) => ({
  containerId: `c-${name}`,
  args: `K8S_POD_NAMESPACE=ns;K8S_POD_NAME=${name}`,
})

const small = { range: '10.0.0.0/30' }

describe('CHECK', () => {
  const given = (address: string) => ({ prevResult: { cniVersion: '1.1.0', ips: [{ address }] } })

  test('passes for who has what its result says', async () => {
    const network = new Network(small)
    await network.add(pod('a'))
    await network.check({ ...pod('a'), keys: given('10.0.0.1/30') })
  })

  test.for([
    ['somebody else', pod('b'), '10.0.0.1', 'nothing'],
    ['another address', pod('a'), '10.0.0.2', 'another address'],
  ] as const)('fails for %s', async ([, who, address, found]) => {
    const network = new Network(small)
    await network.add(pod('a'))
    await expect(network.check({ ...who, keys: given(`${address}/30`) })).rejects.toMatchObject({
      code: 999,
      msg: `find ${address} of container ${who.containerId}, interface net1: ${found} in file ${folder}`,
    })
  })
})

describe('STATUS', () => {
  test('passes where there is nothing yet, and while there is an address', async () => {
    const network = new Network(small)
    await network.status()
    await network.add(pod('a'))
    await network.status()
  })

  test('says which range is used up', async () => {
    const network = new Network({ ...small, ipRanges: [{ range: '10.1.0.0/24' }] })
    for (const name of ['a', 'b']) await network.add(pod(name))
    await expect(network.status()).rejects.toMatchObject({
      code: 51,
      msg: 'whereabouts: no free address, 2/2 taken of 10.0.0.0/30',
    })
  })

  test('says that the datastore cannot be asked', async () => {
    const network = new Network(small)
    network.host.files.put(`${folder}/pools/10.0.0.0-30.json`, '[]')
    await expect(network.status()).rejects.toMatchObject({
      code: 50,
      msg: `read ${folder}/pools/10.0.0.0-30.json: it is not a JSON object; restore or remove it`,
    })
  })
})

describe('GC', () => {
  const keep = (...names: readonly string[]) => ({
    'cni.dev/valid-attachments': names.map((name) => ({
      containerID: `c-${name}`,
      ifname: 'net1',
    })),
  })

  test('gives back what no attachment holds, and nothing else', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    for (const name of ['a', 'b', 'c']) await network.add(pod(name))
    await network.gc(keep('b'))
    expect(network.taken('10.0.0.0-24')).toEqual({ 2: 'c-b' })
    expect(Object.keys(network.documents())).toEqual([
      'attached/c-b:net1',
      'pools/10.0.0.0-24.json',
      'reservations/-.json',
    ])
  })

  test('leaves what other nodes and other networks have in the same pool', async () => {
    const network = new Network({ range: '10.0.0.0/24' })
    await network.add(pod('a'))
    await network.add({ ...pod('b'), keys: { name: 'another' } })
    const allocations = { 9: { id: 'far', podref: 'ns/far', ifname: 'net1' } }
    const path = `${folder}/pools/10.0.0.0-24.json`
    const pool = JSON.parse(network.host.files.snapshot()[path] ?? '')
    const shared = { ...pool, allocations: { ...pool.allocations, ...allocations } }
    network.host.files.put(path, JSON.stringify(shared))
    await network.gc(keep())
    expect(network.taken('10.0.0.0-24')).toEqual({ 2: 'c-b', 9: 'far' })
  })

  test('needs the list', async () => {
    await expect(new Network(small).gc({})).rejects.toThrow('cni.dev/valid-attachments')
  })
})

test('DEL frees although a range is wrong now', async () => {
  const network = new Network(small)
  await network.add(pod('a'))
  network.ipam = { type: 'whereabouts', range: 'nonsense' }
  await network.del(pod('a'))
  expect(network.taken('10.0.0.0-30')).toEqual({})
})

describe('a log', () => {
  const log = async (level: string) => {
    const network = new Network({ ...small, log_file: '/var/log/w.log', log_level: level })
    network.host.files.put('/var/log/w.log')
    await network.add(pod('a'))
    await network.add(pod('b'))
    await network.add(pod('c')).catch(() => {})
    const lines = network.host.files.snapshot()['/var/log/w.log']?.split('\n') ?? []
    return lines.map((line) => line.replace(/^[0-9-]{10}T[0-9:.]+Z /, ''))
  }

  test('tells who got what', async () => {
    const args = 'K8S_POD_NAMESPACE=ns;K8S_POD_NAME=a'
    const lines = await log('verbose')
    expect(lines[0]).toBe(`[verbose] ADD of pods for c-a net1 ${args}: 10.0.0.1/30`)
    expect(lines).toHaveLength(4)
    expect(lines[2]).toContain('[error] ADD of pods for c-c net1')
    expect(lines[2]).toContain('Could not allocate IP in range')
  })

  test('tells as much as is asked for', async () => {
    expect(await log('debug')).toHaveLength(7)
    expect(await log('error')).toHaveLength(2)
    expect(await log('panic')).toHaveLength(1)
  })

  test('is nobody’s obstacle', async () => {
    const network = new Network({ ...small, log_file: '/none/w.log' })
    expect(await network.add(pod('a'))).toEqual(['10.0.0.1/30'])
    expect(network.host.streams.diagnostic).toContain('append to /none/w.log: ENOENT')
  })
})
