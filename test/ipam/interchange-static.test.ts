import { describe, expect } from 'vitest'
import type { Config } from '#test/lab/config-builders.ts'
import { addressesOf, IpamNetwork } from '#test/lab/ipam-network.ts'
import { goPlugins, test } from '#test/lab/lab.ts'
import { modern, versions } from '#test/lab/reference.ts'
import '#test/lab/matchers.ts'

const goStatic = `${goPlugins}/static`

interface Input {
  readonly ipam: Config
  readonly args?: string
  readonly keys?: Config
}

const first = { address: '10.7.0.2/24', gateway: '10.7.0.1' }
const second = { address: 'fd00:7::2/64', gateway: 'fd00:7::1' }
const routes = [
  { dst: '0.0.0.0/0' },
  { dst: '10.9.8.7/16', gw: '10.7.0.9' },
  { dst: '10.9.8.7/16', gw: '10.7.0.8' },
  { dst: 'fd00:9::1/64', gw: 'fd00:7::9' },
]
const dns = { nameservers: ['10.1.1.1'], domain: 'a.org', search: ['b'], options: ['c'] }
const capability = (...ips: readonly string[]) => ({ runtimeConfig: { ips } })
const cniArgs = (...ips: readonly string[]) => ({ args: { cni: { ips } } })

/** What both take. */
const taken: Readonly<Record<string, Input>> = {
  'one address': { ipam: { addresses: [{ address: '10.7.0.2/24' }] } },
  'an address of each family, with gateways': { ipam: { addresses: [first, second] } },
  'IPv6 in another spelling': { ipam: { addresses: [{ address: 'FD00:7:0::00a2/64' }] } },
  'two of a family': { ipam: { addresses: [first, { address: '10.7.0.3/16' }] } },
  'routes and dns': { ipam: { addresses: [first, second], routes, dns } },
  'a gateway elsewhere': { ipam: { addresses: [{ address: '10.7.0.2/32', gateway: '10.8.0.1' }] } },
  'keys in other cases': { ipam: { Addresses: [{ ADDRESS: '10.7.0.2/24' }], Routes: routes } },
  'no address': { ipam: {} },
  'no address but routes': { ipam: { routes, dns } },
  'CNI_ARGS beside the configuration': {
    ipam: { addresses: [first] },
    args: 'IP=fd00:7::3/64;GATEWAY=fd00:7::1',
  },
  'CNI_ARGS alone': { ipam: {}, args: 'IP=10.7.0.3/24, fd00:7::3/64;GATEWAY=10.7.0.1,10.7.0.9' },
  'a gateway in CNI_ARGS that is no address of it': {
    ipam: { addresses: [{ address: '10.7.0.2/24' }] },
    args: 'GATEWAY=10.7.0.1;IP=10.8.0.3/24;IgnoreUnknown=1;K8S_POD_NAME=p',
  },
  'empty CNI_ARGS': { ipam: { addresses: [first] }, args: 'IP=;GATEWAY=' },
  'requests in args': { ipam: { addresses: [first] }, keys: cniArgs('10.7.0.5/24', 'fd00::5/64') },
  'requests of the runtime': {
    ipam: { addresses: [first] },
    args: 'IP=10.7.0.3/24',
    keys: { ...cniArgs('10.7.0.5/24'), ...capability('10.7.0.6/24', 'fd00:7::6/64') },
  },
  'a CapitalCamel runtime': {
    ipam: { addresses: [first] },
    keys: { RuntimeConfig: { IPs: ['10.7.0.6/24'] } },
  },
  'a replaced address that is none': {
    ipam: { addresses: [{ address: 'any' }] },
    keys: capability('10.7.0.6/24'),
  },
}

/** What neither takes, and our code for it. */
const refused: Readonly<Record<string, readonly [Input, number]>> = {
  'no section': [{ ipam: {}, keys: { ipam: null } }, 7],
  'an address without a length': [{ ipam: { addresses: [{ address: '10.7.0.2' }] } }, 7],
  'an entry without an address': [{ ipam: { addresses: [{}] } }, 7],
  'a gateway that is no address': [{ ipam: { addresses: [{ ...first, gateway: '10.7' }] } }, 7],
  'a route to nowhere': [{ ipam: { routes: [{ dst: '10.7' }] } }, 7],
  'CNI_ARGS without a length': [{ ipam: {}, args: 'IP=10.7.0.3' }, 4],
  'CNI_ARGS with an empty item': [{ ipam: {}, args: 'IP=10.7.0.3/24,' }, 4],
  'CNI_ARGS with a gateway that is none': [{ ipam: {}, args: 'GATEWAY=10.7' }, 4],
  'CNI_ARGS in lower case': [{ ipam: {}, args: 'ip=10.7.0.3/24' }, 4],
  'CNI_ARGS that are no pairs': [{ ipam: {}, args: 'none' }, 4],
  'CNI_ARGS that are wrong and replaced': [
    { ipam: {}, args: 'IP=10.7.0.3', keys: capability('10.7.0.6/24') },
    4,
  ],
  'requests in args without a length': [{ ipam: {}, keys: cniArgs('10.7.0.5') }, 7],
  'requests of the runtime without a length': [{ ipam: {}, keys: capability('10.7.0.6') }, 7],
}

describe('static answers as Go does to', () => {
  test.for(Object.entries(taken))('%s, in every version', async ([, input], { lab }) => {
    const { ipam, args = '', keys } = input
    const network = new IpamNetwork(lab, { ...ipam, type: 'static' })
    for (const cniVersion of versions) {
      const options = { args, keys: { ...keys, cniVersion } }
      const expected = await network.add('a', { ...options, by: goStatic })
      const actual = await network.add('a', options)
      expect(actual.status, `${expected.stdout} ${actual.stdout}`).toBe(expected.status)
      if (expected.status === 0) expect(actual.result).toEqual(modern(expected.result))
    }
  })

  test.for(Object.entries(refused))('%s: it refuses', async ([, [input, code]], { lab }) => {
    const { ipam, args = '', keys = {} } = input
    const network = new IpamNetwork(lab, { ...ipam, type: 'static' })
    expect(await network.add('a', { args, keys, by: goStatic })).toFailWith(999, /./)
    expect(await network.add('a', { args, keys })).toFailWith(code, /./)
  })
})

test('either static checks what the other gave', async ({ lab }) => {
  const network = new IpamNetwork(lab, { type: 'static', addresses: [first, second] })
  for (const [giver, checker] of [
    ['static', goStatic],
    [goStatic, 'static'],
  ] as const) {
    const added = await network.add('a', { by: giver })
    expect(addressesOf(added)).toEqual(['10.7.0.2/24', 'fd00:7::2/64'])
    const keys = { prevResult: added.result }
    expect(await network.check('a', { by: checker, keys })).toSucceed()
    const edited = {
      ...network.config,
      ipam: { type: 'static', addresses: [{ ...first, gateway: '10.7.0.9' }] },
    }
    const wrong = await network.check('a', { by: checker, keys: { ...edited, ...keys } })
    expect(wrong).toFailWith(999, 'static: Failed to match addr')
    expect(await network.del('a', { by: checker })).toSucceed()
  }
})
