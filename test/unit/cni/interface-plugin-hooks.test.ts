import { expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import { createDummy, type DummyDescriptor, dummyPlugin } from '#test/lab/dummy-plugin.ts'
import { FakeWorld, ipamType } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'

type Collect = NonNullable<DummyDescriptor['collect']>

const ipam = { type: ipamType }

type CreateInterface = DummyDescriptor['createInterface']

function newWorld(): FakeWorld {
  const world = new FakeWorld()
  const dns = { nameservers: ['10.1.2.53'] }
  const answer = { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }], dns }
  world.installIpam({ ADD: answer })
  return world
}

test('a type may have more links in the result, and addresses point to that of the sandbox', async () => {
  const createInterface: CreateInterface = (site, undo) => ({
    ...createDummy(site, undo),
    describeLinks: (own) => [{ name: 'br0' }, { name: 'veth0' }, own],
  })
  const world = newWorld()
  const result = await dummyPlugin({ createInterface }).add(world.call({ ipam }))
  expect(result.interfaces.map(({ name }) => name)).toEqual(['br0', 'veth0', 'net1'])
  expect(result.ips.map((ip) => ip.interface)).toEqual([2])
})

test('a type may complete what the IPAM plugin gave, which is what the link and the result get', async () => {
  const address = parseIpPrefix('10.9.9.9/24')
  const createInterface: CreateInterface = (site, undo) => ({
    ...createDummy(site, undo),
    completeAssignment: (given) => ({ ...given, ips: [{ address }] }),
  })
  const world = newWorld()
  const result = await dummyPlugin({ createInterface }).add(world.call({ ipam }))
  expect(result.ips.map((ip) => `${ip.address}`)).toEqual(['10.9.9.9/24'])
  expect(world.sandbox.addresses.map(({ prefix }) => `${prefix}`)).toEqual(['10.9.9.9/24'])
})

test('steps of ADD come in an order that a type can rely on', async () => {
  const steps: string[] = []
  const createInterface: CreateInterface = (site, undo) => {
    const state = () => {
      const { isUp } = site.sandbox.link('net1')
      const { length: addresses } = site.sandbox.listAddresses()
      const { length: routes } = site.sandbox.listRoutes()
      return `${isUp ? 'up' : 'down'}, ${addresses} addresses, ${routes} routes`
    }
    return {
      ...createDummy(site, undo),
      prepareLink: () => void steps.push(`prepare: ${state()}`),
      prepareRoutes: ({ ips }) => void steps.push(`prepare routes of ${ips.length}: ${state()}`),
      connect: async () => void steps.push(`connect: ${state()}`),
    }
  }
  const world = new FakeWorld()
  const ips = [{ address: '10.1.2.3/24' }]
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips, routes: [{ dst: '10.7.0.0/16' }] } })
  await dummyPlugin({ createInterface }).add(world.call({ ipam }))
  expect(steps).toEqual([
    'prepare: down, 0 addresses, 0 routes',
    'prepare routes of 1: up, 1 addresses, 0 routes',
    'connect: up, 1 addresses, 1 routes',
  ])
})

test('a link may be wanted down', async () => {
  const createInterface: CreateInterface = (site, undo) => ({
    ...createDummy(site, undo),
    staysDown: true,
  })
  const world = newWorld()
  await dummyPlugin({ createInterface }).add(world.call({}))
  expect(world.sandbox.link('net1').isUp).toBe(false)
})

test('the resolvers of the IPAM plugin are in the result where the type wants it', async () => {
  const dnsOf = async (keeps: boolean) => {
    const result = await dummyPlugin({ keepsIpamDns: () => keeps }).add(newWorld().call({ ipam }))
    return result.dns.nameservers
  }
  expect(await dnsOf(true)).toEqual(['10.1.2.53'])
  expect(await dnsOf(false)).toEqual([])
})

const arpNotify = 'net/ipv4/conf/net1/arp_notify'

test('the kernel is told to announce before a link comes up that is heard at once', async () => {
  const world = newWorld()
  const written: boolean[] = []
  const write = world.sandbox.writeSysctl.bind(world.sandbox)
  world.sandbox.writeSysctl = (key, value) => {
    if (key === arpNotify) written.push(world.sandbox.link('net1').isUp)
    write(key, value)
  }
  await dummyPlugin().add(world.call({ ipam }))
  await dummyPlugin({ isHeardAtOnce: false }).add(world.call({ ipam }, { ifName: 'net2' }))
  expect(written).toEqual([false])
  expect(world.sandbox.readSysctl('net/ipv4/conf/net2/arp_notify')).toBe('1')
})

test('the kernel is not told to announce when nothing shall be announced', async () => {
  const world = newWorld()
  await dummyPlugin({ readConfig: () => ({ announcements: { count: 0, intervalMs: 100 } }) }).add(
    world.call({ ipam }),
  )
  expect(world.sandbox.readSysctl(arpNotify)).toBe('0')
})

test('a type whose links nobody hears at first leaves it to the kernel to announce', async () => {
  const world = newWorld()
  const silent = dummyPlugin({ kernelAnnounces: [4], isHeardAtOnce: false, readConfig: () => ({}) })
  await silent.add(world.call({ ipam }))
  expect(world.sandbox.readSysctl(arpNotify)).toBe('1')
  expect(world.sandbox.announcements).toEqual([])
})

test('DEL leaves a link alone that the type does not know for its own', async () => {
  const world = newWorld()
  world.sandbox.addLink({ name: 'net1', kind: 'dummy' })
  await dummyPlugin({ isOwnLink: () => false }).del(world.call({}))
  expect(world.sandbox.findLink('net1')).toBeDefined()
})

test('DEL takes the steps of the type, the removal of the link among them, whatever fails', async () => {
  const world = newWorld()
  await dummyPlugin().add(world.call({ ipam }))
  const steps: string[] = []
  const step = (name: string) => () => {
    steps.push(`${name}: ${world.sandbox.findLink('net1') ? 'there' : 'gone'}`)
    throw new Error(`${name} failed`)
  }
  const release = (_: unknown, removeLink: () => void | Promise<void>) => [
    step('before'),
    removeLink,
    step('after'),
  ]
  await expect(dummyPlugin({ release }).del(world.call({ ipam }))).rejects.toThrow(
    'before failed; after failed',
  )
  expect(steps).toEqual(['before: there', 'after: gone'])
  expect(world.leases).toBe(0)
  expect(world.kernel.openCount).toBe(0)
})

test('DEL has the addresses given back also where the host cannot be looked at', async () => {
  const world = newWorld()
  await dummyPlugin().add(world.call({ ipam }))
  world.kernel.currentNamespace = () => {
    throw fakeError('EIO', 'open network namespace', 'host')
  }
  const release = () => []
  await expect(dummyPlugin({ release }).del(world.call({ ipam }))).rejects.toThrow('EIO')
  expect(world.leases).toBe(0)
})

test('GC asks the IPAM plugin and the type, whatever fails', async () => {
  const world = new FakeWorld()
  world.installIpam({ GC: 'the store is read-only' })
  const collected: unknown[] = []
  const collect: Collect = (_, valid) => [() => void collected.push(valid)]
  const { network, ...call } = world.call({ ipam })
  const collecting = { ...call, network: { ...network, validAttachments: [] } }
  await expect(dummyPlugin({ collect }).gc(collecting)).rejects.toThrow('read-only')
  expect(collected).toEqual([[]])
  expect(world.kernel.openCount).toBe(0)
})

test('GC leaves the type alone when the runtime does not say what is valid', async () => {
  const collect: Collect = () => {
    throw new Error('not to be called')
  }
  await dummyPlugin({ collect }).gc(new FakeWorld().call({}))
})
