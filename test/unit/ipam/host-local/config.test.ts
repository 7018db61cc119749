import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { ConfigError } from '#base/config-error.ts'
import type { Command } from '#cni/call.ts'
import {
  type AllocationConfig,
  readAllocationConfig,
  readStoreFolder,
} from '#ipam/host-local/config.ts'
import { formatRangeSet } from '#ipam/host-local/range-set.ts'
import type { CallChanges } from '#test/lab/fake-network.ts'
import { Network } from './network.ts'

const ranges = [[{ subnet: '10.1.2.0/24' }]]
const wide = { subnet: '10.1.0.0/16' }
const ula = { subnet: 'fd01::/64' }

function read(
  ipam: unknown,
  changes: CallChanges = {},
  command: Command = 'ADD',
): AllocationConfig {
  return readAllocationConfig(new Network(ipam).call(command, changes))
}

function setsOf(config: AllocationConfig): readonly string[] {
  return config.rangeSets.map(formatRangeSet)
}

function requestsOf(config: AllocationConfig): readonly string[] {
  return config.requests.map(({ address }) => `${address}`)
}

describe('the range sets', () => {
  test('are those of the runtime, then the single one, then those of the list', () => {
    const ipam = {
      subnet: '10.2.0.0/24',
      rangeStart: '10.2.0.10',
      rangeEnd: '10.2.0.20',
      ranges: [[{ subnet: '10.3.0.0/24' }, { subnet: '10.4.0.0/24' }], [{ subnet: 'fd00::/126' }]],
    }
    const keys = { runtimeConfig: { ipRanges: [[{ subnet: '10.1.0.0/24' }]] } }
    expect(setsOf(read(ipam, { keys }))).toEqual([
      '10.1.0.1-10.1.0.254',
      '10.2.0.10-10.2.0.20',
      '10.3.0.1-10.3.0.254,10.4.0.1-10.4.0.254',
      'fd00::1-fd00::3',
    ])
  })

  test('take keys in any case', () => {
    const keys = {
      RuntimeConfig: { IPRanges: [[{ Subnet: '10.1.0.0/24', RANGESTART: '10.1.0.9' }]] },
    }
    expect(setsOf(read({}, { keys }))).toEqual(['10.1.0.9-10.1.0.254'])
  })

  test('have the gateway of the subnet they are written beside', () => {
    const ipam = {
      subnet: '10.2.0.0/24',
      gateway: '10.2.0.254',
      ranges: [[{ subnet: '10.3.0.0/24' }]],
    }
    const gateways = read(ipam).rangeSets.map(([range]) => `${range?.gateway}`)
    expect(gateways).toEqual(['10.2.0.254', '10.3.0.1'])
  })

  test('do not come from limits without a subnet, nor from empty texts and nulls', () => {
    const ipam = { rangeStart: '10.9.0.1', rangeEnd: '', gateway: null, subnet: null, ranges }
    expect(setsOf(read(ipam))).toEqual(['10.1.2.1-10.1.2.254'])
  })
})

test('asks for the addresses of CNI_ARGS, args and runtimeConfig, each once', () => {
  const keys = {
    args: { cni: { ips: ['10.1.2.6', '10.1.2.5/16'] } },
    runtimeConfig: { ips: ['::ffff:10.1.2.7', '10.1.2.6'] },
  }
  const config = read({ ranges }, { keys, args: 'IgnoreUnknown=1;K8S_POD_NAME=x;IP=10.1.2.5/24' })
  expect(requestsOf(config)).toEqual(['10.1.2.5', '10.1.2.6', '10.1.2.7'])
  expect(config.requests[0]?.path).toEqual(['CNI_ARGS', 'IP'])
  expect(config.requests[2]?.path).toEqual(['runtimeConfig', 'ips', 0])
})

test('asks for nothing when IP in CNI_ARGS is empty', () => {
  expect(requestsOf(read({ ranges }, { args: 'IP=' }))).toEqual([])
})

test('keeps the host bits of route destinations', () => {
  const routes = [{ dst: '10.9.8.7/8', gw: '10.1.2.1', table: 0 }]
  const [route] = read({ ranges, routes }).routes
  expect(`${route?.destination} ${route?.gateway} ${route?.table}`).toBe('10.9.8.7/8 10.1.2.1 0')
})

test.each<[string, object, string]>([
  ['no ipam', {}, 'ipam: expected an object, found nothing'],
  [
    'nothing to allocate from',
    { ipam: {} },
    'ipam.ranges: expected at least one range set, or ipam.subnet, found nothing',
  ],
  [
    'a rangeStart that is a number',
    { ipam: { ranges: [[{}, { rangeStart: 1 }]] } },
    'ipam.ranges[0][1].rangeStart: expected an IPv4 or IPv6 address, found 1',
  ],
  [
    'an empty set',
    { ipam: { ranges: [[]] } },
    'ipam.ranges[0]: expected at least one range, found []',
  ],
  ['an empty subnet', { ipam: { subnet: '' } }, 'ipam.subnet: expected an IPv4 or IPv6 prefix'],
  [
    'a single subnet with host bits',
    { ipam: { subnet: '10.1.2.3/24' } },
    'ipam.subnet: expected a subnet without host bits (10.1.2.0/24), found "10.1.2.3/24"',
  ],
  [
    'a runtime range without a subnet',
    { ipam: { ranges }, runtimeConfig: { ipRanges: [[{}]] } },
    'runtimeConfig.ipRanges[0][0].subnet: expected a subnet such as 10.1.2.0/24, found nothing',
  ],
  [
    'a route without a destination',
    { ipam: { ranges, routes: [{ gw: '10.1.2.1' }] } },
    'ipam.routes[0].dst: expected an IPv4 or IPv6 prefix',
  ],
  [
    'an empty requested address',
    { ipam: { ranges }, runtimeConfig: { ips: [''] } },
    'runtimeConfig.ips[0]: expected an IP address, with or without a prefix length, found ""',
  ],
  [
    'a requested address of three octets',
    { ipam: { ranges }, args: { cni: { ips: ['10.1.2.3', '10.1.2'] } } },
    'args.cni.ips[1]: expected an IP address, with or without a prefix length, found "10.1.2"',
  ],
  [
    'sets that overlap',
    { ipam: { subnet: '10.1.2.0/24', ranges: [[{ subnet: 'fd00::/64' }], [wide]] } },
    'ipam.ranges[1][0]: expected a range that does not overlap 10.1.2.1-10.1.2.254 (ipam), found 10.1.0.1-10.1.255.254',
  ],
  [
    'two IPv6 sets for an old version',
    { cniVersion: '0.2.0', ipam: { ranges: [[{ subnet: 'fd00::/64' }], [ula], [wide]] } },
    'ipam.ranges: expected one IPv6 address at most before cniVersion 0.3.0, found 2 with cniVersion 0.2.0',
  ],
])('refuses %s', (_, keys, message) => {
  expect(() => read(undefined, { keys })).toThrow(ConfigError)
  expect(() => read(undefined, { keys })).toThrow(message)
})

test('takes one set of each family with an old version', () => {
  const both = { ranges: [[{ subnet: 'fd00::/64' }], [{ subnet: '10.1.2.0/24' }]] }
  expect(read(both, { keys: { cniVersion: '0.1.0' } }).rangeSets).toHaveLength(2)
})

test.each([
  ['IP=10.1.2', 'ARGS: error parsing value of pair "IP=10.1.2": invalid IP address 10.1.2'],
  ['IP=10.1.2.3;MAC=x', 'ARGS: unknown args ["MAC=x"]'],
])('refuses CNI_ARGS %s as a bad environment', (args, msg) => {
  expect(() => read({ ranges }, { args })).toThrow(expect.objectContaining({ code: 4, msg }))
})

test('lets STATUS do without ranges that the runtime gives with other commands', () => {
  const keys = { capabilities: { ipRanges: true } }
  expect(read({}, { keys }, 'STATUS').rangeSets).toEqual([])
  expect(() => read({}, { keys }, 'ADD')).toThrow('ipam.ranges')
  expect(() => read({}, { keys: { capabilities: { ips: true } } }, 'STATUS')).toThrow('ipam.ranges')
})

describe('the folder of the store', () => {
  test('is named after the network, below dataDir or its default', () => {
    const folders = [{}, { dataDir: '' }, { DataDir: '/run/ipam//' }, undefined].map((ipam) =>
      readStoreFolder(new Network(ipam).call('DEL')),
    )
    const normal = '/var/lib/cni/networks/pods'
    expect(folders).toEqual([normal, normal, '/run/ipam/pods', normal])
  })

  test('needs an absolute path', () => {
    const call = new Network({ dataDir: 'networks' }).call('ADD')
    expect(() => readStoreFolder(call)).toThrow(
      'ipam.dataDir: expected an absolute path, found "networks"',
    )
  })

  test.each(['..', '.', 'a/b', '', '../pods'])('never is that of a network named "%s"', (name) => {
    const call = new Network({}).call('ADD')
    const named = { ...call, network: { ...call.network, name } }
    expect(() => readStoreFolder(named)).toThrow(ConfigError)
  })

  test('can be told when everything else is wrong', () => {
    const ipam = { subnet: 7, ranges: 'none', routes: {}, resolvConf: [], dataDir: '/run/ipam' }
    const keys = { runtimeConfig: [], args: 'x' }
    const call = new Network(ipam).call('DEL', { keys, args: 'IP=nowhere' })
    expect(readStoreFolder(call)).toBe('/run/ipam/pods')
  })
})

/** JSON of any shape, rich in keys and values that mean something here. */
const anyKey = fc.constantFrom(
  'subnet',
  'rangeStart',
  'rangeEnd',
  'gateway',
  'ranges',
  'routes',
  'dst',
  'gw',
  'dataDir',
  'resolvConf',
  'ipRanges',
  'ips',
  'cni',
  '__proto__',
)
const anyText = fc.constantFrom(
  '',
  '10.1.2.0/24',
  '10.1.2.9',
  '10.1.3.0/30',
  'fd00::/64',
  'fd00::7',
  '0.0.0.0/0',
  '::/0',
  '255.255.255.255/30',
  '::ffff:10.1.2.3',
)
const { json: anyJson } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    anyText,
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(anyKey, tie('json'), { maxKeys: 5 }),
  ),
}))

test('refuses any JSON it does not understand as a configuration, never otherwise', () => {
  const anyCall = fc.record({
    ipam: fc.oneof(anyJson, fc.dictionary(anyKey, anyJson)),
    keys: fc.record({ runtimeConfig: anyJson, args: anyJson }, { requiredKeys: [] }),
    args: fc.oneof(fc.string(), fc.constantFrom('IP=10.1.2.9', 'IP=', 'IgnoreUnknown=1')),
  })
  fc.assert(
    fc.property(anyCall, ({ ipam, keys, args }) => {
      for (const reader of [readAllocationConfig, readStoreFolder]) {
        try {
          reader({ ...new Network(ipam).call('DEL', { args, keys }), command: 'ADD' })
        } catch (error) {
          if (!(error instanceof ConfigError || error instanceof CniError)) throw error
        }
      }
    }),
  )
})
