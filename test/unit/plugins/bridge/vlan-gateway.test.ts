import { expect, test } from 'vitest'
import { removeVlanGateway } from '#plugins/bridge/vlan-gateway.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'

/** A bridge with the gateway of VLAN 7 and one more port, which may go when it has been listed. */
async function isGatewayLeft(port: { readonly vlan: number; readonly isLeaving: boolean }) {
  const { host } = new FakeKernel()
  const bridge = host.addLink({ name: 'br0', kind: 'bridge' })
  const end = host.addLink({ name: 'vethg', kind: 'veth', controller: bridge.index })
  host.addLink({ name: 'br0.7', kind: 'veth', parent: end.index })
  const other = host.addLink({ name: 'vethp', kind: 'veth', controller: bridge.index })
  host.addBridgeVlans(other.index, [{ id: port.vlan, isPortDefault: true, isUntagged: true }])
  const listLinks = host.listLinks.bind(host)
  host.listLinks = () => {
    const links = [...listLinks()]
    if (port.isLeaving) host.removeLink(other.index)
    return links
  }
  await removeVlanGateway({ host, machine: new FakeHost(), bridge, vlan: 7 })
  return host.findLink('br0.7') !== undefined
}

test.for([
  ['in the VLAN keeps the gateway', { vlan: 7, isLeaving: false }, true],
  ['in another VLAN does not', { vlan: 8, isLeaving: false }, false],
  ['that goes at that moment does not either', { vlan: 7, isLeaving: true }, false],
] as const)('a port %s', async ([, port, expected]) => {
  expect(await isGatewayLeft(port)).toBe(expected)
})
