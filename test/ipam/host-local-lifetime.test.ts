import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { Config } from '#test/lab/config-builders.ts'
import { IpamNetwork, ownerText } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const dualStack = { ranges: [[{ subnet: '10.7.0.0/29' }], [{ subnet: 'fd00:7::/126' }]] }

function networkOf(lab: Lab, ipam: Config = dualStack): IpamNetwork {
  return new IpamNetwork(lab, ipam, { cniVersion: '1.1.0' })
}

/** A network in which `a` to `e` have an address each, as versions old and new write it. */
async function populated(lab: Lab): Promise<IpamNetwork> {
  const network = networkOf(lab, { subnet: '10.7.0.0/28' })
  await network.give('a')
  await network.give('a', { ifName: 'net2' })
  await network.give('b')
  writeFileSync(join(network.folder, '10.7.0.5'), 'old')
  writeFileSync(join(network.folder, '10.7.0.6'), 'older\n')
  writeFileSync(join(network.folder, '10.7.0.7'), '')
  return network
}

describe('a pool', () => {
  test('that is used up is told by ADD and STATUS, with the numbers', async ({ lab }) => {
    const network = networkOf(lab)
    expect(await network.status()).toSucceed()
    await network.give('a')
    await network.give('b')
    const refused = await network.add('c')
    expect(refused).toFailWith(11, 'fd00:7::1-fd00:7::3: no free address, 2 of 2 taken')
    expect(network.taken()).toEqual(['10.7.0.2', '10.7.0.3', 'fd00:7::2', 'fd00:7::3'])
    expect(await network.status()).toFailWith(50, '2/2 taken of fd00:7::1-fd00:7::3')
    expect(await network.del('a')).toSucceed()
    expect(await network.status()).toSucceed()
    expect(await network.give('c')).toEqual(['10.7.0.4/29', 'fd00:7::2/126'])
  })

  test('has room where a file does not say whose it is', async ({ lab }) => {
    const network = networkOf(lab, { subnet: '10.7.0.0/30' })
    await network.give('a')
    expect(await network.status()).toFailWith(50, '1/1 taken')
    writeFileSync(join(network.folder, '10.7.0.2'), '')
    expect(await network.status()).toSucceed()
    expect(await network.give('b')).toEqual(['10.7.0.2/30'])
    expect(network.contents()).toMatchObject({ '10.7.0.2': ownerText('b') })
  })
})

describe('an attachment', () => {
  test('gets no second address, but each of its interfaces gets one', async ({ lab }) => {
    const network = networkOf(lab, { subnet: '10.7.0.0/29' })
    await network.give('a')
    expect(await network.add('a')).toFailWith(999, '10.7.0.2')
    expect(await network.give('a', { ifName: 'net2' })).toEqual(['10.7.0.3/29'])
    expect(await network.del('a')).toSucceed()
    expect(network.taken()).toEqual(['10.7.0.3'])
    expect(await network.check('a')).toFailWith(999, 'container a, interface net1')
    expect(await network.check('a', { ifName: 'net2' })).toSucceed()
    expect(await network.give('a')).toEqual(['10.7.0.4/29'])
  })

  test('gets no address beside that of an old version', async ({ lab }) => {
    const network = await populated(lab)
    expect(await network.check('old')).toSucceed()
    expect(await network.add('old')).toFailWith(999, '10.7.0.5')
    expect(await network.del('old')).toSucceed()
    expect(await network.del('older')).toSucceed()
    expect(network.taken()).toEqual(['10.7.0.2', '10.7.0.3', '10.7.0.4'])
  })
})

describe('DEL', () => {
  const broken: readonly (readonly [string, Config])[] = [
    ['ranges', { ranges: 'none' }],
    ['a subnet', { subnet: '10.7.0.3/24' }],
    ['a resolvConf', { resolvConf: '/nowhere' }],
    ['routes', { routes: [{ dst: 7 }] }],
  ]

  test.for(broken)('does without valid values of %s', async ([, changes], { lab }) => {
    const network = networkOf(lab)
    await network.give('a')
    const ipam = { type: 'host-local', dataDir: lab.dataDir(), ...dualStack, ...changes }
    const keys = { ipam, runtimeConfig: { ipRanges: 7, ips: {} }, args: [], dns: 'none' }
    expect(await network.del('a', { keys, args: 'IP=nonsense;x' })).toSucceed()
    expect(network.taken()).toEqual([])
  })

  test('frees what is in no range any more', async ({ lab }) => {
    const network = networkOf(lab)
    await network.give('a')
    const ipam = { type: 'host-local', dataDir: lab.dataDir(), subnet: '192.168.0.0/24' }
    expect(await network.check('a', { keys: { ipam } })).toSucceed()
    expect(await network.del('a', { keys: { ipam } })).toSucceed()
    expect(network.taken()).toEqual([])
  })
})

describe('GC', () => {
  const attachment = (containerID: string, ifname = 'net1') => ({ containerID, ifname })
  const valid = [attachment('a', 'net2'), attachment('old', 'eth0'), attachment('older')]

  test.for(['cni.dev/valid-attachments', 'cni.dev/attachments'])(
    'keeps what %s lists, also of old versions, and nothing else',
    async (key, { lab }) => {
      const network = await populated(lab)
      expect(await network.gc({ keys: { [key]: valid } })).toSucceed()
      expect(network.taken()).toEqual(['10.7.0.3', '10.7.0.5', '10.7.0.6'])
      expect(await network.check('a', { ifName: 'net2' })).toSucceed()
    },
  )

  test.for([[[]], [null]])('frees everything when the list is %j', async ([list], { lab }) => {
    const [network, other] = [await populated(lab), networkOf(lab)]
    await other.give('a')
    const keys = { 'cni.dev/valid-attachments': list }
    expect(await network.gc({ keys })).toSucceed()
    expect(network.contents()).toEqual({ 'last_reserved_ip.0': '10.7.0.4' })
    expect(other.taken()).toEqual(['10.7.0.2', 'fd00:7::2'])
  })

  test('frees nothing when there is no list, or one that cannot be read', async ({ lab }) => {
    const network = await populated(lab)
    const before = network.contents()
    const key = 'cni.dev/valid-attachments'
    for (const keys of [{}, { [key]: 'all' }, { [key]: [{ containerID: 'a' }] }]) {
      expect(await network.gc({ keys })).toFailWith(7, key)
    }
    expect(network.contents()).toEqual(before)
  })

  test('of a network that nobody ever used succeeds', async ({ lab }) => {
    const keys = { 'cni.dev/valid-attachments': valid }
    expect(await networkOf(lab).gc({ keys })).toSucceed()
  })
})
