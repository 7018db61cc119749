import { expect, test } from 'vitest'
import { dummy } from '#plugins/dummy/plugin.ts'
import { FakeWorld, ipamType, sandboxPath } from '#test/lab/fake-call.ts'

const config = { type: 'dummy', ipam: { type: ipamType } }

function newWorld(): FakeWorld {
  const world = new FakeWorld()
  const dns = { nameservers: ['10.1.2.53'] }
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }], dns } })
  return world
}

test('ADD makes a dummy with the addresses and the DNS of the IPAM plugin', async () => {
  const world = newWorld()
  const result = await dummy.add(world.call({ ...config, dns: { nameservers: ['9.9.9.9'] } }))
  expect(world.sandbox.link('net1')).toMatchObject({ kind: 'dummy', isUp: true })
  expect(result).toMatchObject({
    interfaces: [{ name: 'net1', sandbox: sandboxPath }],
    dns: { nameservers: ['10.1.2.53'] },
  })
})

test('ADD has nobody announce what nobody can hear', async () => {
  const world = newWorld()
  await dummy.add(world.call({ ...config, announce: { count: 3 } }))
  expect(world.sandbox.readSysctl('net/ipv4/conf/net1/arp_notify')).toBe('0')
  expect(world.sandbox.announcements).toEqual([])
})

test.each(['add', 'check', 'status'] as const)('%s asks for an IPAM plugin', async (command) => {
  const world = newWorld()
  await expect(dummy[command](world.call({ type: 'dummy' }))).rejects.toThrow('ipam.type: expected')
})

test('CHECK says so when the dummy is down', async () => {
  const world = newWorld()
  await dummy.add(world.call(config))
  const interfaces = [{ name: 'net1', sandbox: sandboxPath }]
  const call = world.call({ ...config, prevResult: { cniVersion: '1.1.0', interfaces } })
  await dummy.check(call)
  world.sandbox.changeLink('net1', { isUp: false })
  await expect(dummy.check(call)).rejects.toMatchObject({
    details: 'state: expected up, found down',
  })
})
