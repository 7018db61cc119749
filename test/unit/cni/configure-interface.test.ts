import { expect, test } from 'vitest'
import { SystemError } from '#base/system-error.ts'
import { type Addressing, configureInterface, type Target } from '#cni/configure-interface.ts'
import type { ResultIp, ResultRoute } from '#cni/result.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

function ip(address: string, gateway?: string): ResultIp {
  const via = gateway === undefined ? {} : { gateway: parseIpAddress(gateway) }
  return { address: parseIpPrefix(address), ...via }
}

function route(destination: string, rest: Omit<ResultRoute, 'destination'> = {}): ResultRoute {
  return { destination: parseIpPrefix(destination), ...rest }
}

interface Scene extends Target {
  readonly sandbox: FakeNamespace
  readonly clock: FakeClock
}

function scene(facts: { hasCarrier?: boolean; kind?: string } = {}): Scene {
  const sandbox = new FakeKernel().addNamespace('/run/netns/pod')
  return { sandbox, link: sandbox.addLink({ name: 'net1', ...facts }), clock: new FakeClock() }
}

function configure(target: Target, addressing: Partial<Addressing>): Promise<void> {
  return configureInterface(target, { ips: [], routes: [], ...addressing })
}

test('a link without addresses is only brought up', async () => {
  const target = scene()
  await configure(target, {})
  expect(target.sandbox.link('net1').isUp).toBe(true)
  expect(target.sandbox.addresses).toEqual([])
})

test('an IPv4 address gets the broadcast address of its network, a /31 none', async () => {
  const target = scene()
  await configure(target, { ips: [ip('10.1.2.3/24'), ip('10.9.9.1/31')] })
  const found = target.sandbox.addresses.map(({ prefix, broadcast }) => `${prefix} ${broadcast}`)
  expect(found).toEqual(['10.1.2.3/24 10.1.2.255', '10.9.9.1/31 undefined'])
})

test('an IPv6 address turns IPv6 on for the loopback and the link, and outlives a link that goes down', async () => {
  const target = scene()
  for (const name of ['lo', 'net1']) {
    target.sandbox.sysctls.set(`net/ipv6/conf/${name}/disable_ipv6`, '1')
  }
  await configure(target, { ips: [ip('fd00::2/64')] })
  expect(target.sandbox.readSysctl('net/ipv6/conf/lo/disable_ipv6')).toBe('0')
  expect(target.sandbox.readSysctl('net/ipv6/conf/net1/disable_ipv6')).toBe('0')
  expect(target.sandbox.readSysctl('net/ipv6/conf/net1/keep_addr_on_down')).toBe('1')
})

test('an IPv4 address leaves the settings of IPv6 alone', async () => {
  const target = scene()
  target.sandbox.sysctls.set('net/ipv6/conf/net1/disable_ipv6', '1')
  await configure(target, { ips: [ip('10.1.2.3/24')] })
  expect(target.sandbox.readSysctl('net/ipv6/conf/net1/disable_ipv6')).toBe('1')
})

test('an IPv6 address on a kernel without IPv6 is refused with the reason', async () => {
  const target = scene()
  target.sandbox.sysctls.clear()
  await expect(configure(target, { ips: [ip('fd00::2/64')] })).rejects.toThrow(
    'net/ipv6/conf/lo/disable_ipv6: ENOENT no such file or directory — fd00::2/64 needs IPv6',
  )
})

test('a route without a gateway gets that of the first address of its family', async () => {
  const target = scene()
  await configure(target, {
    ips: [
      ip('10.1.2.3/24', '10.1.2.1'),
      ip('10.1.2.4/24', '10.1.2.9'),
      ip('fd00::2/64', 'fd00::1'),
    ],
    routes: [
      route('0.0.0.0/0'),
      route('::/0'),
      route('10.5.0.0/16', { gateway: parseIpAddress('10.1.2.7') }),
    ],
  })
  const found = target.sandbox.routes.map(({ destination, gateway }) => `${destination} ${gateway}`)
  expect(found).toEqual(['0.0.0.0/0 10.1.2.1', '::/0 fd00::1', '10.5.0.0/16 10.1.2.7'])
})

test('an IPv4 route of link scope stays on the link', async () => {
  const target = scene()
  const routes = [route('10.5.0.0/16', { scope: 253 })]
  await configure(target, { ips: [ip('10.1.2.3/24', '10.1.2.1')], routes })
  expect(target.sandbox.routes[0]).toMatchObject({ scope: 253, link: target.link.index })
  expect(target.sandbox.routes[0]).not.toHaveProperty('gateway')
})

test('an IPv6 route, whose scope means nothing to the kernel, gets its gateway', async () => {
  const target = scene()
  const routes = [route('fd05::/64', { scope: 253 })]
  await configure(target, { ips: [ip('fd00::2/64', 'fd00::1')], routes })
  expect(target.sandbox.routes[0]).toMatchObject({ gateway: parseIpAddress('fd00::1') })
})

test('everything a result says of a route is applied, and its zeros mean nothing', async () => {
  const target = scene()
  const facts = { mtu: 1400, advmss: 1360, priority: 50, table: 100, scope: 200 }
  await configure(target, {
    ips: [ip('10.1.2.3/24')],
    routes: [route('10.5.0.0/16', facts), route('10.6.0.0/16', { mtu: 0, advmss: 0, priority: 0 })],
  })
  expect(target.sandbox.routes[0]).toMatchObject(facts)
  for (const key of ['mtu', 'advmss', 'priority']) {
    expect(target.sandbox.routes[1]).not.toHaveProperty(key)
  }
})

test('a gateway outside every network is named as the reason', async () => {
  const target = scene()
  const routes = [route('0.0.0.0/0', { gateway: parseIpAddress('10.7.0.1') })]
  await expect(configure(target, { ips: [ip('10.1.2.3/24')], routes })).rejects.toThrow(
    'ENETUNREACH network is unreachable — no address of net1 is in a network of 10.7.0.1',
  )
})

test('an IPv6 gateway makes the call wait until the addresses are known to be unique', async () => {
  const target = scene()
  target.sandbox.tentativeLists = 3
  await configure(target, { ips: [ip('fd00::2/64', 'fd00::1')], routes: [route('::/0')] })
  expect(target.clock.sleepsMs).toEqual([0.5, 1, 2])
  expect(target.sandbox.routes).toHaveLength(1)
})

test('without an IPv6 gateway nobody waits', async () => {
  const target = scene()
  target.sandbox.tentativeLists = 3
  await configure(target, { ips: [ip('fd00::2/64'), ip('10.1.2.3/24', '10.1.2.1')] })
  expect(target.clock.sleepsMs).toEqual([])
})

test('an address another host has is refused by name', async () => {
  const target = scene()
  const duplicate = { isDuplicate: true, isTentative: true, isPermanent: true, scope: 0 }
  target.sandbox.addresses.push({
    link: target.link.index,
    prefix: parseIpPrefix('fd00::3/64'),
    ...duplicate,
  })
  await expect(configure(target, { ips: [ip('fd00::2/64', 'fd00::1')] })).rejects.toThrow(
    'settle address fd00::3/64 on net1: EADDRINUSE address already in use',
  )
})

test('addresses that do not settle in 5 s are refused by name', async () => {
  const target = scene()
  target.sandbox.tentativeLists = 1000
  const failure = await configure(target, { ips: [ip('fd00::2/64', 'fd00::1')] }).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(SystemError)
  expect(failure).toMatchObject({
    code: 'ETIMEDOUT',
    object: 'fd00::2/64 on net1',
    detail: 'duplicate address detection has not finished after 5 s',
  })
  expect(target.clock.monotonicMs()).toBe(5000)
})

test('a virtual link without a carrier is not waited for', async () => {
  const target = scene({ hasCarrier: false, kind: 'macvlan' })
  target.sandbox.tentativeLists = 1000
  await configure(target, { ips: [ip('fd00::2/64', 'fd00::1')] })
  expect(target.clock.sleepsMs).toEqual([])
})

test('hardware without a carrier has 5 s to get one', async () => {
  const target = scene({ hasCarrier: false })
  target.sandbox.tentativeLists = 1000
  await configure(target, { ips: [ip('fd00::2/64', 'fd00::1')] })
  expect(target.clock.monotonicMs()).toBe(5000)
})
