import { expect, test } from 'vitest'
import { joinVlans, wantedVlans } from '#plugins/bridge/port-vlans.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'

const untagged = (id: number) => ({ id, isPortDefault: true, isUntagged: true })
const tagged = (id: number) => ({ id, isPortDefault: false, isUntagged: false })

test.for([
  [{ vlan: 0 }, []],
  [{ vlan: 0, trunk: [] }, []],
  [{ vlan: 5 }, [untagged(5)]],
  [{ vlan: 5, trunk: [7, 9] }, [untagged(5), tagged(7), tagged(9)]],
  [{ vlan: 0, trunk: [7] }, [tagged(7), untagged(1)]],
  [{ vlan: 0, trunk: [1, 7] }, [tagged(7), untagged(1)]],
  [{ vlan: 7, trunk: [7, 9] }, [tagged(7), tagged(9)]],
] as const)('%j puts a port into %j', ([config, expected]) => {
  expect(wantedVlans({ ...config, keepsDefaultVlan: false })).toEqual(expected)
})

test('a port leaves the VLANs it is in by default, unless it is to stay', () => {
  for (const keepsDefaultVlan of [false, true]) {
    const { host } = new FakeKernel()
    const port = host.addLink({ name: 'veth0' })
    host.addBridgeVlans(port.index, [untagged(1)])
    joinVlans(host, port, { vlan: 5, keepsDefaultVlan })
    const expected = keepsDefaultVlan ? [untagged(1), untagged(5)] : [untagged(5)]
    expect(host.listBridgeVlans(port.index)).toEqual(expected)
  }
})

test('a port without VLANs in its configuration stays as it is', () => {
  const { host } = new FakeKernel()
  const port = host.addLink({ name: 'veth0' })
  host.addBridgeVlans(port.index, [untagged(1)])
  joinVlans(host, port, { vlan: 0, keepsDefaultVlan: false })
  expect(host.listBridgeVlans(port.index)).toEqual([untagged(1)])
})

test('a kernel without VLANs on bridges is told of', () => {
  const { host } = new FakeKernel()
  const port = host.addLink({ name: 'veth0' })
  host.addBridgeVlans = () => {
    throw fakeError('EOPNOTSUPP', 'add VLANs', 'veth0')
  }
  expect(() => joinVlans(host, port, { vlan: 5, keepsDefaultVlan: true })).toThrow(
    'the kernel needs CONFIG_BRIDGE_VLAN_FILTERING',
  )
})
