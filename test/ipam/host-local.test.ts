import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { pluginCommand } from '#test/lab/cni-call.ts'
import type { Config } from '#test/lab/config-builders.ts'
import { IpamNetwork, ownerText } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

function networkOf(lab: Lab, ipam: Config, keys: Config = {}): IpamNetwork {
  return new IpamNetwork(lab, ipam, { cniVersion: '1.1.0', ...keys })
}

const subnet = '10.7.0.0/29'
const dualStack = { ranges: [[{ subnet }], [{ subnet: 'fd00:7::/64' }]] }

describe('ranges', () => {
  test('are those of the runtime, then `subnet`, then `ranges`', async ({ lab }) => {
    const ipam = { subnet: '10.2.0.0/24', ranges: [[{ subnet: '10.3.0.0/24' }]] }
    const runtimeConfig = { ipRanges: [[{ subnet: '10.1.0.0/24', rangeStart: '10.1.0.9' }]] }
    const network = networkOf(lab, ipam)
    const given = await network.give('a', { keys: { runtimeConfig } })
    expect(given).toEqual(['10.1.0.9/24', '10.2.0.2/24', '10.3.0.2/24'])
    expect(network.contents()).toEqual({
      '10.1.0.9': ownerText('a'),
      '10.2.0.2': ownerText('a'),
      '10.3.0.2': ownerText('a'),
      'last_reserved_ip.0': '10.1.0.9',
      'last_reserved_ip.1': '10.2.0.2',
      'last_reserved_ip.2': '10.3.0.2',
    })
    // Without those of the runtime the others are told by other numbers.
    expect(await network.give('b')).toEqual(['10.2.0.3/24', '10.3.0.3/24'])
  })

  test.for([
    ['beside `subnet`', (range: Config) => range],
    ['in `ranges`', (range: Config) => ({ ranges: [[range]] })],
  ] as const)('have limits and a gateway %s', async ([, ipamOf], { lab }) => {
    const limits = { rangeStart: '10.7.0.9', rangeEnd: '10.7.0.11', gateway: '10.7.0.10' }
    const network = networkOf(lab, ipamOf({ subnet: '10.7.0.0/24', ...limits }))
    const { result } = await network.add('a')
    expect(result?.ips).toEqual([{ address: '10.7.0.9/24', gateway: '10.7.0.10' }])
    expect(await network.give('b')).toEqual(['10.7.0.11/24'])
    expect(await network.add('c')).toFailWith(11, '2 of 2 taken')
  })

  test('of one set are used up one after the other', async ({ lab }) => {
    const network = networkOf(lab, { ranges: [[{ subnet: '10.8.0.0/30' }, { subnet }]] })
    const given: string[] = []
    for (const id of 'abc') given.push(...(await network.give(id)))
    expect(given).toEqual(['10.8.0.2/30', '10.7.0.2/29', '10.7.0.3/29'])
  })

  test('of IPv6 have no broadcast address to leave out', async ({ lab }) => {
    const network = networkOf(lab, { subnet: 'FD00:7:0::/126' })
    const { result } = await network.add('a')
    expect(result?.ips).toEqual([{ address: 'fd00:7::2/126', gateway: 'fd00:7::1' }])
    expect(await network.give('b')).toEqual(['fd00:7::3/126'])
    expect(await network.add('c')).toFailWith(11, '2 of 2 taken')
  })

  test('may not overlap', async ({ lab }) => {
    const network = networkOf(lab, { subnet, ranges: [[{ subnet: '10.7.0.0/30' }]] })
    expect(await network.add('a')).toFailWith(7, 'ipam.ranges[0][0]')
    expect(network.taken()).toEqual([])
  })

  test('are walked in a circle, so that a freed address rests', async ({ lab }) => {
    const network = networkOf(lab, dualStack)
    const given: string[] = []
    for (let round = 0; round < 6; round += 1) {
      given.push(...(await network.give('a')).slice(0, 1))
      expect(await network.del('a')).toSucceed()
    }
    expect(given.map((address) => address.at(7))).toEqual(['2', '3', '4', '5', '6', '2'])
  })

  test('are walked from the start where nobody knows where it ended', async ({ lab }) => {
    const network = networkOf(lab, { subnet })
    await network.give('a')
    writeFileSync(join(network.folder, 'last_reserved_ip.0'), '10.7.0.5')
    expect(await network.give('b')).toEqual(['10.7.0.6/29'])
    for (const [id, text] of Object.entries({ c: '', d: 'rubbish', e: '10.99.0.1' })) {
      writeFileSync(join(network.folder, 'last_reserved_ip.0'), text)
      expect(await network.add(id)).toSucceed()
    }
    expect(network.taken()).toEqual(['10.7.0.2', '10.7.0.3', '10.7.0.4', '10.7.0.5', '10.7.0.6'])
  })
})

describe('an address that is asked for', () => {
  const v4 = '10.7.0.5'
  const v6 = 'fd00:7::77'

  test.for([
    ['CNI_ARGS', { args: `IP=${v4}` }, [v4, 'fd00:7::2']],
    ['CNI_ARGS with a length', { args: `IgnoreUnknown=1;IP=${v6}/64` }, ['10.7.0.2', v6]],
    ['args', { keys: { args: { cni: { ips: [v6, v4] } } } }, [v4, v6]],
    ['runtimeConfig', { keys: { runtimeConfig: { ips: [`${v4}/8`] } } }, [v4, 'fd00:7::2']],
    [
      'all three',
      {
        args: `IP=${v4}`,
        keys: { args: { cni: { ips: [v4] } }, runtimeConfig: { ips: [v6, `${v4}/29`] } },
      },
      [v4, v6],
    ],
  ] as const)('in %s is given', async ([, options, [first, second]], { lab }) => {
    const network = networkOf(lab, dualStack)
    expect(await network.give('a', options)).toEqual([`${first}/29`, `${second}/64`])
    expect(network.contents()).toMatchObject({ 'last_reserved_ip.0': first })
  })

  test.for([
    ['is taken', '10.7.0.2', 11, 'container a'],
    ['is the gateway', '10.7.0.1', 7, 'gateway'],
    ['is of no range', '10.7.0.9', 7, '10.7.0.1-10.7.0.6'],
    ['is no address', '10.7.0', 7, 'args.cni.ips[0]'],
  ] as const)('is refused when it %s', async ([, address, code, text], { lab }) => {
    const network = networkOf(lab, dualStack)
    await network.give('a')
    const before = network.contents()
    const keys = { args: { cni: { ips: [address] } } }
    expect(await network.add('b', { keys })).toFailWith(code, text)
    expect(network.contents()).toEqual(before)
  })

  test('is refused beside another of its range set', async ({ lab }) => {
    const network = networkOf(lab, dualStack)
    const keys = { runtimeConfig: { ips: [v4, '10.7.0.4'] } }
    expect(await network.add('a', { keys })).toFailWith(7, 'runtimeConfig.ips[1]')
    expect(network.taken()).toEqual([])
  })

  test('in CNI_ARGS must be well written', async ({ lab }) => {
    const network = networkOf(lab, dualStack)
    expect(await network.add('a', { args: 'IP=10.7' })).toFailWith(4, 'invalid IP address 10.7')
    expect(await network.add('a', { args: `ip=${v4}` })).toFailWith(4, 'unknown args')
    expect(await network.give('a', { args: 'IP=' })).toEqual(['10.7.0.2/29', 'fd00:7::2/64'])
  })
})

describe('beside addresses', () => {
  test('routes and the settings in resolvConf are told', async ({ lab }) => {
    const resolvConf = join(lab.folder, 'resolv.conf')
    const lines = ['# x', 'nameserver 10.1.1.1', 'search a b', 'options ndots:5', 'domain c']
    writeFileSync(resolvConf, lines.join('\n'))
    const routes = [
      { dst: '10.9.8.7/16', gw: '10.7.0.9', mtu: 1400, advmss: 1300, priority: 5, table: 7 },
      { dst: '::/0', scope: 253 },
    ]
    const { result } = await networkOf(lab, { ...dualStack, routes, resolvConf }).add('a')
    expect(result).toEqual({
      cniVersion: '1.1.0',
      ips: [
        { address: '10.7.0.2/29', gateway: '10.7.0.1' },
        { address: 'fd00:7::2/64', gateway: 'fd00:7::1' },
      ],
      routes,
      dns: { nameservers: ['10.1.1.1'], domain: 'c', search: ['a', 'b'], options: ['ndots:5'] },
    })
  })

  test('a resolvConf that is missing is told before anything is reserved', async ({ lab }) => {
    const resolvConf = join(lab.folder, 'nothing')
    const network = networkOf(lab, { ...dualStack, resolvConf })
    expect(await network.add('a')).toFailWith(999, `read ${resolvConf}: ENOENT`)
    expect(network.taken()).toEqual([])
    expect(await network.status()).toFailWith(50, resolvConf)
    expect(await network.del('a')).toSucceed()
  })
})

describe('dataDir', () => {
  test.for([{}, { dataDir: '' }])(
    'is below /var/lib/cni with %j',
    async (changes: Config, { lab }) => {
      const varLib = join(lab.folder, 'var-lib')
      mkdirSync(varLib)
      const script = `mount --bind ${varLib} /var/lib && exec ${pluginCommand('host-local').join(' ')}`
      const by = lab.executable('isolated', `exec unshare --mount sh -c '${script}'`)
      const network = networkOf(lab, { dataDir: undefined, ...dualStack, ...changes })
      await network.give('a', { by })
      const folder = join(varLib, 'cni/networks', network.name)
      expect(readFileSync(join(folder, '10.7.0.2'), 'utf8')).toBe(ownerText('a'))
      expect(await network.del('a', { by })).toSucceed()
      expect(readdirSync(folder)).not.toContain('10.7.0.2')
    },
  )

  test('has to be absolute, for DEL as well', async ({ lab }) => {
    const network = networkOf(lab, { ...dualStack, dataDir: 'networks' })
    expect(await network.add('a')).toFailWith(7, 'ipam.dataDir')
    expect(await network.del('a')).toFailWith(7, 'ipam.dataDir')
  })
})
