import { expect, test } from 'vitest'
import { ConfigError } from '#base/config-error.ts'
import { dummyPlugin } from '#test/lab/dummy-plugin.ts'
import { failureOf } from '#test/lab/failure.ts'
import { FakeWorld, ipamType, sandboxPath } from '#test/lab/fake-call.ts'
import { injectedFault, watchPorts } from '#test/lab/faults.ts'

const ipam = { type: ipamType }

const addressed = {
  cniVersion: '1.1.0',
  interfaces: [{ name: 'elsewhere' }],
  ips: [
    { address: '10.1.2.3/24', gateway: '10.1.2.1', interface: 0 },
    { address: 'fd00::2/64', gateway: 'fd00::1' },
  ],
  routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
  dns: { nameservers: ['10.1.2.1'] },
}

function addressedWorld(): FakeWorld {
  const world = new FakeWorld()
  world.installIpam({ ADD: addressed })
  return world
}

test('ADD answers with the link in the sandbox and what the IPAM plugin gave it', async () => {
  const world = addressedWorld()
  const result = await dummyPlugin().add(world.call({ ipam }))
  const { name, mac, mtu } = world.sandbox.link('net1')
  expect(result.interfaces).toEqual([{ name, mac, mtu, sandbox: sandboxPath }])
  expect(result.ips.map(({ address, interface: index }) => `${address} ${index}`)).toEqual([
    '10.1.2.3/24 0',
    'fd00::2/64 0',
  ])
  expect(result.routes.map(({ destination }) => `${destination}`)).toEqual(['0.0.0.0/0', '::/0'])
})

test('ADD answers with the resolvers of the configuration, not of the IPAM plugin', async () => {
  const world = addressedWorld()
  const call = world.call({ ipam })
  const dns = { nameservers: ['192.0.2.53'], search: [], options: [] }
  const result = await dummyPlugin().add({ ...call, network: { ...call.network, dns } })
  expect(result.dns).toEqual(dns)
  expect((await dummyPlugin().add(world.call({ ipam }, { ifName: 'net2' }))).dns).toEqual({
    nameservers: [],
    search: [],
    options: [],
  })
})

test('ADD without an IPAM plugin makes a bare link that is up', async () => {
  const world = addressedWorld()
  const result = await dummyPlugin().add(world.call({}))
  expect(world.sandbox.link('net1').isUp).toBe(true)
  expect(result).toMatchObject({ ips: [], routes: [] })
  expect(world.ipamCommands).toEqual([])
})

test('ADD reads the configuration before anything is opened', async () => {
  const world = new FakeWorld()
  const { kernel, host, calls } = watchPorts(world)
  const plugin = dummyPlugin({
    readConfig: () => {
      throw new ConfigError(['colour'], 'a colour', '7')
    },
  })
  await expect(plugin.add(world.call({}, { kernel, host }))).rejects.toThrow('colour: expected')
  expect(calls).toEqual([])
})

test.each(['add', 'check'] as const)('%s without its sandbox is error 8', async (command) => {
  const world = addressedWorld()
  world.kernel.namespaces.clear()
  const failure = await failureOf(dummyPlugin()[command](world.call({ ipam })))
  expect(failure).toMatchObject({ code: 8, msg: expect.stringContaining(sandboxPath) })
  expect(world.ipamCommands).toEqual([])
})

test.each(['add', 'check', 'del'] as const)(
  '%s in something that is no namespace is error 8',
  async (command) => {
    const world = addressedWorld()
    world.kernel.otherFiles.add(sandboxPath)
    const failure = await failureOf(dummyPlugin()[command](world.call({ ipam })))
    expect(failure).toMatchObject({ code: 8, msg: expect.stringContaining(sandboxPath) })
  },
)

test('ADD under a name that is taken changes nothing and asks for no address', async () => {
  const world = addressedWorld()
  world.sandbox.addLink({ name: 'net1', kind: 'veth' })
  const before = world.sandbox.snapshot()
  await expect(dummyPlugin().add(world.call({ ipam }))).rejects.toThrow(
    'create link net1: EEXIST file exists',
  )
  expect(world.sandbox.snapshot()).toEqual(before)
  expect(world.ipamCommands).toEqual([])
})

test('an IPAM plugin that refuses has its error passed on, and the link goes', async () => {
  const world = new FakeWorld()
  world.installIpam({ ADD: 'the pool is exhausted' })
  const failure = await failureOf(dummyPlugin().add(world.call({ ipam })))
  expect(failure).toMatchObject({ code: 100, msg: 'the pool is exhausted' })
  expect(world.sandbox.findLink('net1')).toBeUndefined()
})

test('an IPAM plugin that answers without addresses has to take back what it gave', async () => {
  const world = new FakeWorld()
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips: [] } })
  await expect(dummyPlugin().add(world.call({ ipam }))).rejects.toThrow(
    'IPAM plugin returned missing IP config; test-ipam answered ADD without an address',
  )
  expect(world.ipamCommands).toEqual(['ADD', 'DEL'])
  expect(world.sandbox.findLink('net1')).toBeUndefined()
})

test('whatever step of ADD fails, the error names it and the world is as before', async () => {
  const rehearsal = addressedWorld()
  const { kernel, host, calls } = watchPorts(rehearsal)
  await dummyPlugin().add(rehearsal.call({ ipam }, { kernel, host }))
  expect(calls.length).toBeGreaterThan(10)
  for (let step = 1; step <= calls.length; step++) {
    const world = addressedWorld()
    const before = world.sandbox.snapshot()
    const failure = await failureOf(
      dummyPlugin().add(world.call({ ipam }, watchPorts(world, step))),
    )
    expect(String(failure), calls[step - 1]).toContain(`${injectedFault} in call ${step}`)
    expect(world.sandbox.snapshot(), calls[step - 1]).toEqual(before)
    expect(world.leases, calls[step - 1]).toBe(0)
    expect(world.kernel.openCount, calls[step - 1]).toBe(0)
  }
})

test('DEL gives back the addresses and removes the link, as often as it is called', async () => {
  const world = addressedWorld()
  await dummyPlugin().add(world.call({ ipam }))
  await dummyPlugin().del(world.call({ ipam }))
  await dummyPlugin().del(world.call({ ipam }))
  expect(world.leases).toBe(0)
  expect(world.sandbox.findLink('net1')).toBeUndefined()
})

test.each([
  ['none was named', ''],
  ['it is gone', '/run/netns/gone'],
])('DEL gives back the addresses of a sandbox when %s', async (_, netns) => {
  const world = addressedWorld()
  await dummyPlugin().add(world.call({ ipam }))
  await dummyPlugin().del(world.call({ ipam }, { netns }))
  expect(world.leases).toBe(0)
})

test('DEL removes the link although the addresses cannot be given back, and the other way round', async () => {
  const world = new FakeWorld()
  world.installIpam({ ADD: addressed, DEL: 'the store is read-only' })
  await dummyPlugin().add(world.call({ ipam }))
  await expect(dummyPlugin().del(world.call({ ipam }))).rejects.toThrow('the store is read-only')
  expect(world.sandbox.findLink('net1')).toBeUndefined()

  const other = addressedWorld()
  await dummyPlugin().add(other.call({ ipam }))
  other.sandbox.removeLink = () => {
    throw new Error('remove link net1: EIO')
  }
  await expect(dummyPlugin().del(other.call({ ipam }))).rejects.toThrow('remove link net1: EIO')
  expect(other.leases).toBe(0)
})

test('DEL leaves a link of another kind alone', async () => {
  const world = addressedWorld()
  world.sandbox.addLink({ name: 'net1', kind: 'veth' })
  await dummyPlugin().del(world.call({ ipam }))
  expect(world.sandbox.link('net1').kind).toBe('veth')
})

test('DEL asks for no valid configuration', async () => {
  const world = addressedWorld()
  const readConfig = (): never => {
    throw new ConfigError(['mtu'], 'a number', '"many"')
  }
  await dummyPlugin({ readConfig }).del(world.call({ ipam, mtu: 'many' }))
  expect(world.ipamCommands).toEqual(['DEL'])
})

async function addedWorld(): Promise<{ world: FakeWorld; config: object }> {
  const world = addressedWorld()
  await dummyPlugin().add(world.call({ ipam }))
  const { mac } = world.sandbox.link('net1')
  const interfaces = [{ name: 'net1', mac, sandbox: sandboxPath }]
  const ips = addressed.ips.map((ip) => ({ ...ip, interface: 0 }))
  return { world, config: { ipam, prevResult: { ...addressed, interfaces, ips } } }
}

test('CHECK of what ADD made succeeds, and asks the IPAM plugin too', async () => {
  const { world, config } = await addedWorld()
  await dummyPlugin().check(world.call(config))
  expect(world.ipamCommands).toEqual(['ADD', 'CHECK'])
})

test('CHECK reports all that differs at once', async () => {
  const { world, config } = await addedWorld()
  world.sandbox.addresses.shift()
  const verifyLink = (): string[] => ['colour: expected blue, found red']
  const failure = await failureOf(dummyPlugin({ verifyLink }).check(world.call(config)))
  expect(failure).toMatchObject({
    msg: 'check net1: it is not what its ADD made',
    details:
      'colour: expected blue, found red; address of net1: expected 10.1.2.3/24, found fd00::2/64',
  })
})

test('CHECK of a link that is gone, or of another kind, says so', async () => {
  const { world, config } = await addedWorld()
  world.sandbox.removeLink('net1')
  await expect(dummyPlugin().check(world.call(config))).rejects.toThrow(
    'link: expected dummy, found none',
  )
  world.sandbox.addLink({ name: 'net1' })
  await expect(dummyPlugin().check(world.call(config))).rejects.toThrow(
    'link: expected dummy, found hardware',
  )
})

test('CHECK without the result of the ADD is refused', async () => {
  const { world } = await addedWorld()
  await expect(dummyPlugin().check(world.call({ ipam }))).rejects.toThrow('prevResult: expected')
})

test('GC is passed to the IPAM plugin, where there is one', async () => {
  const world = addressedWorld()
  await dummyPlugin().gc(world.call({}))
  expect(world.ipamCommands).toEqual([])
  await dummyPlugin().gc(world.call({ ipam }))
  expect(world.ipamCommands).toEqual(['GC'])
})

test('STATUS asks the type first and then the IPAM plugin', async () => {
  const world = new FakeWorld()
  world.installIpam({ STATUS: 'the pool is exhausted' })
  await expect(dummyPlugin().status(world.call({ ipam }))).rejects.toThrow('the pool is exhausted')
  const verifyReadiness = (): never => {
    throw new Error('no master')
  }
  await expect(dummyPlugin({ verifyReadiness }).status(world.call({ ipam }))).rejects.toThrow(
    'no master',
  )
  expect(world.ipamCommands).toEqual(['STATUS'])
})
