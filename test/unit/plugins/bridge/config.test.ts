import { expect, test } from 'vitest'
import type { Call } from '#cni/call.ts'
import { type BridgeConfig, readBridgeConfig } from '#plugins/bridge/config.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

function read(config: object, changes: Partial<Call> = {}): BridgeConfig {
  return readBridgeConfig(new FakeWorld().call(config, changes))
}

test('an empty configuration means a plain switch', () => {
  expect(read({})).toEqual({
    bridge: 'cni0',
    isGateway: false,
    isDefaultGateway: false,
    replacesAddresses: false,
    masquerades: false,
    mtu: 0,
    isHairpin: false,
    isPromiscuous: false,
    isIsolated: false,
    vlan: 0,
    keepsDefaultVlan: false,
    guardsMac: false,
    detectsDuplicates: false,
    staysDown: false,
    suppliesDns: false,
    announcements: { count: 1, intervalMs: 100 },
  })
})

test('every key is read, in any case', () => {
  const raw = {
    Bridge: 'br0',
    isgateway: true,
    IsDefaultGateway: true,
    ForceAddress: true,
    IpMasq: true,
    ipmasqbackend: 'nftables',
    MTU: 1400,
    hairpinmode: true,
    PortIsolation: true,
    Vlan: 100,
    VlanTrunk: [{ ID: 7 }, { minid: 3, MaxID: 5 }],
    PreserveDefaultVlan: true,
    MacSpoofChk: true,
    EnableDad: true,
    DisableContainerInterface: true,
    DNS: { Domain: 'a.test' },
    RuntimeConfig: { Mac: '02:00:00:00:00:01' },
  }
  expect(read(raw)).toMatchObject({
    bridge: 'br0',
    isGateway: true,
    isDefaultGateway: true,
    replacesAddresses: true,
    masquerades: true,
    masqueradeBackend: 'nftables',
    mtu: 1400,
    isHairpin: true,
    isIsolated: true,
    vlan: 100,
    trunk: [3, 4, 5, 7],
    keepsDefaultVlan: true,
    guardsMac: true,
    detectsDuplicates: true,
    staysDown: true,
    suppliesDns: true,
    mac: '02:00:00:00:00:01',
  })
  expect(read({ PROMISCMODE: true }).isPromiscuous).toBe(true)
})

test('what is empty or null counts as missing', () => {
  const raw = { bridge: '', ipMasqBackend: null, vlan: null, vlanTrunk: null, dns: { domain: '' } }
  expect(read(raw)).toEqual(read({}))
})

test('a default gateway is a gateway', () => {
  expect(read({ isDefaultGateway: true }).isGateway).toBe(true)
})

test('a list of VLANs may be empty, which is not the same as none', () => {
  expect(read({ vlanTrunk: [] }).trunk).toEqual([])
})

test('resolver settings count as given even when they are empty lists', () => {
  expect(read({ dns: {} }).suppliesDns).toBe(false)
  expect(read({ dns: { search: [] } }).suppliesDns).toBe(true)
})

test.for([
  [{ bridge: 'a/b' }, 'bridge: expected an interface name'],
  [{ vlan: 4095 }, 'vlan: expected a whole number from 0 to 4094, found 4095'],
  [{ mtu: 67 }, 'mtu: expected 0 or a whole number from 68 to 65535, found 67'],
  [{ ipMasqBackend: 'pf' }, 'ipMasqBackend: expected one of iptables, nftables'],
  [{ vlanTrunk: [{ id: 0 }] }, 'vlanTrunk[0].id: expected a whole number from 1 to 4094'],
  [{ vlanTrunk: [{}, { minID: 5 }] }, 'vlanTrunk[1].maxID: expected a VLAN beside minID'],
  [{ vlanTrunk: [{ maxID: 5 }] }, 'vlanTrunk[0].minID: expected a VLAN beside maxID'],
  [{ vlanTrunk: [{ minID: 5, maxID: 4 }] }, 'vlanTrunk[0].minID: expected at most 4, the maxID'],
  [{ args: { cni: { mac: '01:00:00:00:00:00' } } }, 'args.cni.mac: expected the hardware address'],
] as const)('%j is refused, naming the key', ([raw, message]) => {
  expect(() => read(raw)).toThrow(message)
})

test.for([
  [{ hairpinMode: true, promiscMode: true }, 'promiscMode: expected false beside hairpinMode'],
  [{ disableContainerInterface: true, ipam: { type: 'x' } }, 'disableContainerInterface: expected'],
  [{ bridge: 'bridge-of-pods', vlan: 100, isGateway: true }, 'bridge: expected a name that leaves'],
] as const)('%j is refused by ADD, and no obstacle to CHECK', ([raw, message]) => {
  expect(() => read(raw)).toThrow(message)
  expect(() => read(raw, { command: 'CHECK' })).not.toThrow()
})

test('a hardware address from the runtime beats one in args, which beats CNI_ARGS', () => {
  const [first, second, third] = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03']
  const changes = { args: `MAC=${third}` }
  const args = { cni: { mac: second } }
  expect(read({}, changes).mac).toBe(third)
  expect(read({ args }, changes).mac).toBe(second)
  expect(read({ args, runtimeConfig: { mac: first } }, changes).mac).toBe(first)
})
