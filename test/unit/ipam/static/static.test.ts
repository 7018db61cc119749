import { describe, expect, test } from 'vitest'
import type { Call, Command } from '#cni/call.ts'
import { encodeResult } from '#cni/result-versions.ts'
import { staticIpam } from '#ipam/static/plugin.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

interface Changes {
  readonly command?: Command
  readonly args?: string
  /** More keys of the configuration. */
  readonly keys?: object
}

function callOf(ipam: unknown, { command = 'ADD', args = '', keys }: Changes = {}): Call {
  const config = { ...(ipam === undefined ? {} : { ipam }), ...keys }
  return new FakeWorld().call(config, { command, args })
}

/** The addresses of an ADD: `10.1.2.3/24`, and `via` its gateway. */
async function add(ipam: unknown, changes?: Changes): Promise<readonly string[]> {
  const { ips } = await staticIpam.add(callOf(ipam, changes))
  return ips.map(({ address, gateway }) => `${address}${gateway ? ` via ${gateway}` : ''}`)
}

function addresses(...list: readonly string[]): object {
  return { addresses: list.map((address) => ({ address })) }
}

describe('static gives', () => {
  test('the addresses of the configuration in their order, host bits and all', async () => {
    const ipam = {
      addresses: [
        { address: '10.1.2.3/24', gateway: '10.1.2.254' },
        { address: 'FD00:0:0::9/64', gateway: 'fd00::1' },
        { address: '10.1.2.4/32' },
      ],
    }
    expect(await add(ipam)).toEqual([
      '10.1.2.3/24 via 10.1.2.254',
      'fd00::9/64 via fd00::1',
      '10.1.2.4/32',
    ])
  })

  test('a gateway of another network, and an empty one as none', async () => {
    const ipam = {
      addresses: [
        { address: '10.1.2.3/32', gateway: '169.254.1.1' },
        { address: '10.1.2.4/32', gateway: '' },
      ],
    }
    expect(await add(ipam)).toEqual(['10.1.2.3/32 via 169.254.1.1', '10.1.2.4/32'])
  })

  test('routes and resolver settings as they are', async () => {
    const routes = [{ dst: '10.9.8.7/16', gw: '10.1.2.9' }, { dst: '0.0.0.0/0' }, { dst: '::/0' }]
    const dns = { nameservers: ['10.1.1.1'], domain: 'a.org', search: ['b'], options: ['c'] }
    const result = await staticIpam.add(callOf({ ...addresses('10.1.2.3/24'), routes, dns }))
    expect(JSON.parse(encodeResult(result, '1.1.0'))).toEqual({
      cniVersion: '1.1.0',
      ips: [{ address: '10.1.2.3/24' }],
      routes,
      dns,
    })
  })

  test('nothing where nothing is named', async () => {
    for (const ipam of [{}, { addresses: [] }, { addresses: null }]) {
      expect(await add(ipam)).toEqual([])
    }
  })

  test('what keys in other cases name', async () => {
    const ipam = { Addresses: [{ Address: '10.1.2.3/24', GateWay: '10.1.2.1' }] }
    expect(await add(ipam)).toEqual(['10.1.2.3/24 via 10.1.2.1'])
    const keys = { RuntimeConfig: { IPs: ['10.1.2.4/24'] } }
    expect(await add(ipam, { keys })).toEqual(['10.1.2.4/24'])
  })
})

describe('of several places that name addresses', () => {
  const ipam = { addresses: [{ address: '10.1.2.3/24', gateway: '10.1.2.254' }] }

  test('CNI_ARGS adds to the configuration', async () => {
    const args = 'IP=10.1.2.4/24, fd00::4/64'
    expect(await add(ipam, { args })).toEqual([
      '10.1.2.3/24 via 10.1.2.254',
      '10.1.2.4/24',
      'fd00::4/64',
    ])
  })

  test('CNI_ARGS names gateways for its own addresses, the last one that fits', async () => {
    const gateways = '10.1.2.1, 10.1.2.2,fd00::1,10.9.9.9'
    const args = `IP=10.1.2.4/24,fd00::4/64,10.3.0.1/24;GATEWAY=${gateways}`
    expect(await add(addresses('10.1.2.3/24'), { args })).toEqual([
      '10.1.2.3/24',
      '10.1.2.4/24 via 10.1.2.2',
      'fd00::4/64 via fd00::1',
      '10.3.0.1/24',
    ])
  })

  test('empty values of CNI_ARGS name nothing', async () => {
    expect(await add(ipam, { args: 'IP=;GATEWAY=' })).toEqual(['10.1.2.3/24 via 10.1.2.254'])
  })

  test('args.cni replaces the configuration and CNI_ARGS', async () => {
    const keys = { args: { cni: { ips: ['10.1.2.5/24', 'fd00::5/64'] } } }
    const added = await add(ipam, { args: 'IP=10.1.2.4/24;GATEWAY=10.1.2.1', keys })
    expect(added).toEqual(['10.1.2.5/24', 'fd00::5/64'])
  })

  test('runtimeConfig replaces all others', async () => {
    const keys = {
      args: { cni: { ips: ['10.1.2.5/24'] } },
      runtimeConfig: { ips: ['10.1.2.6/24', 'fd00::6/64'] },
    }
    expect(await add(ipam, { args: 'IP=10.1.2.4/24', keys })).toEqual(['10.1.2.6/24', 'fd00::6/64'])
  })

  test('empty lists replace nothing', async () => {
    const keys = { args: { cni: { ips: [] } }, runtimeConfig: { ips: [] } }
    expect(await add(ipam, { keys })).toEqual(['10.1.2.3/24 via 10.1.2.254'])
  })

  test('the configuration need not be right where it is replaced', async () => {
    const keys = { runtimeConfig: { ips: ['10.1.2.6/24'] } }
    const broken = { addresses: [{ address: 'set by the runtime' }, {}] }
    expect(await add(broken, { keys })).toEqual(['10.1.2.6/24'])
  })
})

describe('static refuses', () => {
  const notation = 'an address in CIDR notation such as 10.1.2.3/24'

  test.each([
    [undefined, 'ipam: expected an object, found nothing'],
    [{ addresses: '10.1.2.3/24' }, 'ipam.addresses: expected a list, found "10.1.2.3/24"'],
    [addresses('10.1.2.3'), `ipam.addresses[0].address: expected ${notation}, found "10.1.2.3"`],
    [addresses('1.2.3.4/8', ''), `ipam.addresses[1].address: expected ${notation}, found ""`],
    [{ addresses: [{}] }, `ipam.addresses[0].address: expected ${notation}, found nothing`],
    [
      { addresses: [{ address: '10.1.2.3/24', gateway: 'fd00::1' }] },
      'ipam.addresses[0].gateway: expected an IPv4 address, as 10.1.2.3/24 is one, found "fd00::1"',
    ],
    [
      { addresses: [{ address: 'fd00::3/64', gateway: '10.1.2.1' }] },
      'ipam.addresses[0].gateway: expected an IPv6 address, as fd00::3/64 is one, found "10.1.2.1"',
    ],
    [
      { addresses: [{ address: '10.1.2.3/24', gateway: '10.1.2' }] },
      'ipam.addresses[0].gateway: expected an IPv4 or IPv6 address, found "10.1.2"',
    ],
    [
      { routes: [{ dst: '10.1.2' }] },
      'ipam.routes[0].dst: expected an IPv4 or IPv6 prefix such as 10.1.2.0/24, found "10.1.2"',
    ],
    [{ dns: { search: 'b' } }, 'ipam.dns.search: expected a list, found "b"'],
  ])('the section %j', async (ipam, message) => {
    await expect(add(ipam)).rejects.toMatchObject({ name: 'ConfigError', message })
  })

  test('requests that are no prefixes, wherever they are, though others count', async () => {
    const good = { runtimeConfig: { ips: ['10.1.2.6/24'] } }
    const inArgs = { ...good, args: { cni: { ips: ['10.1.2.5/24', '10.1.2.5'] } } }
    await expect(add({}, { keys: inArgs })).rejects.toMatchObject({
      message: `args.cni.ips[1]: expected ${notation}, found "10.1.2.5"`,
    })
    await expect(add({}, { keys: { runtimeConfig: { ips: ['10.1.2.6'] } } })).rejects.toMatchObject(
      {
        message: `runtimeConfig.ips[0]: expected ${notation}, found "10.1.2.6"`,
      },
    )
    await expect(add({}, { keys: good, args: 'IP=10.1.2.4' })).rejects.toMatchObject({ code: 4 })
  })

  test.each([
    [
      'IP=10.1.2.3/24, 10.1.2.4 ',
      `error parsing value of pair "IP=10.1.2.3/24, 10.1.2.4 ": the 'ip' field is expected to be in CIDR notation, got: '10.1.2.4'`,
    ],
    [
      'IP=10.1.2.3/24,',
      `"IP=10.1.2.3/24,": the 'ip' field is expected to be in CIDR notation, got: ''`,
    ],
    ['GATEWAY=10.1.2', 'pair "GATEWAY=10.1.2": invalid gateway address: 10.1.2'],
    ['GATEWAY=10.1.2.1/24', 'invalid gateway address: 10.1.2.1/24'],
    ['ip=10.1.2.3/24', 'ARGS: unknown args ["ip=10.1.2.3/24"]'],
    ['IP', 'ARGS: invalid pair "IP"'],
  ])('CNI_ARGS of %j', async (args, msg) => {
    await expect(add({}, { args })).rejects.toMatchObject({
      code: 4,
      msg: expect.stringContaining(msg),
    })
  })

  test('a second address of a family before 0.3.0, wherever it was named', async () => {
    const keys = { cniVersion: '0.2.0' }
    expect(await add(addresses('10.1.2.3/24', 'fd00::3/64'), { keys })).toHaveLength(2)
    await expect(add(addresses('10.1.2.3/24'), { keys, args: 'IP=10.1.3.4/24' })).rejects.toThrow(
      'ipam.addresses: expected one IPv4 address at most before cniVersion 0.3.0, found 2 with cniVersion 0.2.0',
    )
    await expect(add(addresses('fd00::3/64', 'fd00::4/64'), { keys })).rejects.toThrow(
      'one IPv6 address at most',
    )
  })
})

describe('CHECK', () => {
  const ipam = { addresses: [{ address: '10.1.2.3/24', gateway: '10.1.2.1' }] }

  function check(ips: readonly object[], section: object = ipam): Promise<void> {
    const keys = { prevResult: { cniVersion: '1.1.0', ips } }
    return staticIpam.check(callOf(section, { command: 'CHECK', keys }))
  }

  test('passes when the address of the result has the gateway of the configuration', async () => {
    await check([{ address: '10.1.2.3/24', gateway: '10.1.2.1' }])
    await check([{ address: '10.1.2.3/16', gateway: '10.1.2.1' }])
  })

  test.each(['10.1.2.2', undefined])(
    'reports that the gateway of the result is %s',
    async (gateway) => {
      await expect(check([{ address: '10.1.2.3/24', gateway }])).rejects.toMatchObject({
        code: 999,
        msg: 'static: Failed to match addr 10.1.2.3 on interface net1',
        details: `gateway: expected 10.1.2.1, found ${gateway ?? 'none'}`,
      })
    },
  )

  test('takes any gateway where the configuration has none', async () => {
    await check([{ address: '10.1.2.3/24', gateway: '10.1.2.2' }], addresses('10.1.2.3/24'))
  })

  test('does not mind an address that the result does not have', async () => {
    await check([{ address: '10.1.2.9/24', gateway: '10.1.2.2' }])
    await check([])
  })

  test('needs the result of the ADD', async () => {
    await expect(staticIpam.check(callOf(ipam, { command: 'CHECK' }))).rejects.toThrow(
      'prevResult: expected the result of the ADD before, found nothing',
    )
  })

  test('reads the configuration', async () => {
    await expect(check([], { addresses: [{}] })).rejects.toThrow('ipam.addresses[0].address')
  })
})

test.each(['del', 'gc'] as const)('%s never looks at the configuration', async (method) => {
  const command = method === 'del' ? 'DEL' : 'GC'
  for (const ipam of [undefined, { addresses: 'none' }, addresses('10.1.2')]) {
    await staticIpam[method](callOf(ipam, { command, args: 'broken', keys: { args: 7 } }))
  }
})

test('STATUS tells whether the configuration can be read', async () => {
  await staticIpam.status(callOf(addresses('10.1.2.3/24'), { command: 'STATUS' }))
  await staticIpam.status(callOf({}, { command: 'STATUS' }))
  const broken = callOf(addresses('10.1.2'), { command: 'STATUS' })
  await expect(staticIpam.status(broken)).rejects.toThrow('ipam.addresses[0].address')
})
