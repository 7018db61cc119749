import { expect, test } from 'vitest'
import { noDns } from '#cni/result.ts'
import { parseIpAddress } from '#ip/address.ts'
import { defaultPrefix, parseIpPrefix } from '#ip/prefix.ts'
import { LeasedLink } from '#ipam/dhcp/daemon/leased-link.ts'
import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'

const path = '/run/netns/pod'

function assignment(address: string, gateway: string, mtu = 1400): LeaseAssignment {
  const router = parseIpAddress(gateway)
  return {
    ips: [{ address: parseIpPrefix(address), gateway: router }],
    routes: [{ destination: defaultPrefix(4), gateway: router }],
    dns: noDns,
    mtu,
  }
}

/** A link that has `10.1.2.3/24` of a lease. */
async function leased() {
  const kernel = new FakeKernel()
  const space = kernel.addNamespace(path)
  space.addLink({ name: 'eth0', isUp: true })
  const link = new LeasedLink({ kernel, path, ifName: 'eth0' }, new FakeClock())
  await link.change(assignment('10.1.2.3/24', '10.1.2.1'))
  return { kernel, space, link }
}

test('a lease that is extended asks nothing of the kernel', async () => {
  const { kernel, link } = await leased()
  kernel.namespaces.delete(path)
  await link.change(assignment('10.1.2.3/24', '10.1.2.1'))
})

test.each([
  ['an address', assignment('10.1.2.4/24', '10.1.2.1')],
  ['a length', assignment('10.1.2.3/25', '10.1.2.1')],
  ['a gateway', assignment('10.1.2.3/24', '10.1.2.2')],
  ['an MTU', assignment('10.1.2.3/24', '10.1.2.1', 1300)],
  ['no route', { ...assignment('10.1.2.3/24', '10.1.2.1'), routes: [] }],
  ['nothing', undefined],
])('a lease with %s instead changes the link', async (_, to) => {
  const { kernel, space, link } = await leased()
  const before = space.snapshot()
  await link.change(to)
  expect(space.snapshot()).not.toEqual(before)
  expect(kernel.openCount).toBe(0)
})

test('what could not be changed is changed with the next lease', async () => {
  const { kernel, space, link } = await leased()
  kernel.namespaces.delete(path)
  await expect(link.change(assignment('10.1.2.4/24', '10.1.2.1'))).rejects.toThrow('ENOENT')
  kernel.namespaces.set(path, space)
  await link.change(assignment('10.1.2.4/24', '10.1.2.1'))
  expect(space.addresses.map(({ prefix }) => `${prefix}`)).toEqual(['10.1.2.4/24'])
})
