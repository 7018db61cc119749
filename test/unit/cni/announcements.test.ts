import { expect, test } from 'vitest'
import {
  type Announcing,
  announceAddresses,
  announceKey,
  haveKernelAnnounce,
} from '#cni/announcements.ts'
import type { Target } from '#cni/configure-interface.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { readConfig } from '#schema/schema.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

interface Scene extends Target {
  readonly sandbox: FakeNamespace
  readonly clock: FakeClock
}

const mac = parseMac('02:00:00:00:00:09')

function scene(): Scene {
  const sandbox = new FakeKernel().addNamespace('/run/netns/pod')
  return {
    sandbox,
    link: sandbox.addLink({ name: 'net1', isUp: true, mac }),
    clock: new FakeClock(),
  }
}

const addresses = ['10.1.2.3', 'fd00::2'].map(parseIpAddress)

/** What is sent by ourselves, and `kernel` each time the kernel is made to announce. */
async function announced(target: Scene, more: Partial<Announcing>): Promise<readonly string[]> {
  const said: string[] = []
  target.sandbox.announceAddress = (_, address) => {
    said.push(`${address}`)
  }
  target.sandbox.changeLink = (_, { mac }) => {
    said.push(mac === target.link.mac ? 'kernel' : `${mac}`)
  }
  const defaults = { count: 1, intervalMs: 100, addresses, isHeard: false }
  const kernel = { kernelFamilies: [], kernelRepeats: true }
  await announceAddresses(target, { ...defaults, ...kernel, ...more })
  return said
}

test('the kernel is told to announce the addresses of each family', () => {
  const target = scene()
  expect(haveKernelAnnounce(target, [4, 6])).toEqual([4, 6])
  expect(target.sandbox.readSysctl('net/ipv4/conf/net1/arp_notify')).toBe('1')
  expect(target.sandbox.readSysctl('net/ipv6/conf/net1/ndisc_notify')).toBe('1')
})

test('a kernel that cannot be told does not announce', () => {
  const target = scene()
  target.sandbox.sysctls.delete('net/ipv6/conf/net1/ndisc_notify')
  expect(haveKernelAnnounce(target, [4, 6])).toEqual([4])
  target.sandbox.writeSysctl = (key) => {
    throw fakeError('EROFS', 'write sysctl', key)
  }
  expect(haveKernelAnnounce(target, [4, 6])).toEqual([])
})

test('another failure to tell it is reported', () => {
  const target = scene()
  target.sandbox.writeSysctl = (key) => {
    throw fakeError('EIO', 'write sysctl', key)
  }
  expect(() => haveKernelAnnounce(target, [4])).toThrow('arp_notify: EIO')
})

test('the kernel announces as often as wanted, with an interval between', async () => {
  const target = scene()
  const start = target.clock.monotonicMs()
  const kernelFamilies = [4, 6] as const
  expect(await announced(target, { count: 3, intervalMs: 250, kernelFamilies })).toEqual([
    'kernel',
    'kernel',
    'kernel',
  ])
  expect(target.clock.monotonicMs() - start).toBe(500)
})

test('what neighbours heard when the link came up counts as the first time', async () => {
  const heard = { kernelFamilies: [4, 6], isHeard: true } as const
  expect(await announced(scene(), heard)).toEqual([])
  expect(await announced(scene(), { ...heard, count: 2 })).toEqual(['kernel'])
})

test('what the kernel announces once we repeat', async () => {
  const once = { kernelFamilies: [4, 6], kernelRepeats: false } as const
  const ours = ['10.1.2.3', 'fd00::2']
  expect(await announced(scene(), { ...once, isHeard: true })).toEqual([])
  expect(await announced(scene(), { ...once, isHeard: true, count: 2 })).toEqual(ours)
  expect(await announced(scene(), once)).toEqual(ours)
})

test('what the kernel does not announce we do', async () => {
  const onlyIpv4 = { kernelFamilies: [4], isHeard: true } as const
  expect(await announced(scene(), onlyIpv4)).toEqual(['fd00::2'])
  expect(await announced(scene(), { ...onlyIpv4, count: 2 })).toEqual([
    'fd00::2',
    'kernel',
    'fd00::2',
  ])
  expect(await announced(scene(), {})).toEqual(['10.1.2.3', 'fd00::2'])
})

test.each(['EBUSY', 'EOPNOTSUPP'] as const)(
  'where the device refuses its own hardware address (%s) we announce the rest ourselves',
  async (code) => {
    const target = scene()
    const heard = { kernelFamilies: [4, 6], isHeard: true, count: 3 } as const
    const said = announced(target, heard)
    target.sandbox.changeLink = () => {
      throw fakeError(code, 'change link', 'net1')
    }
    expect(await said).toEqual(['10.1.2.3', 'fd00::2', '10.1.2.3', 'fd00::2'])
    expect(target.clock.monotonicMs()).toBe(200)
  },
)

test('nothing is announced when it is switched off', async () => {
  expect(await announced(scene(), { count: 0, kernelFamilies: [4] })).toEqual([])
})

test('we do not announce an IPv6 address before it is known to be unique', async () => {
  const target = scene()
  const prefix = parseIpPrefix('fd00::2/64')
  target.sandbox.addAddress({ link: target.link.index, prefix })
  target.sandbox.tentativeLists = 2
  const start = target.clock.monotonicMs()
  expect(await announced(target, {})).toHaveLength(2)
  expect(target.clock.monotonicMs()).toBeGreaterThan(start)
  expect(target.sandbox.tentativeLists).toBeLessThanOrEqual(0)
})

test('the key announce has defaults and limits', () => {
  const read = (announce: unknown) => readConfig(announceKey, announce)
  expect(read({})).toEqual({ count: 1, intervalMs: 100 })
  expect(read({ Count: 0 })).toEqual({ count: 0, intervalMs: 100 })
  expect(() => read({ count: 11 })).toThrow('count: expected a whole number from 0 to 10')
  expect(() => read({ intervalMs: 2001 })).toThrow('intervalMs')
})
