import { expect, test } from 'vitest'
import type { Link } from '#kernel/link.ts'
import { tap } from '#plugins/tap/plugin.ts'
import { FakeWorld, sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { watchPorts } from '#test/lab/faults.ts'

const mac = '02:00:00:00:00:77'
const label = 'system_u:system_r:container_t:s0'
const labelled = { selinuxContext: label, mac, mtu: 1400, owner: 107, bridge: 'br0' }
/** Of the bytes that a fake host has for chance. */
const temporary = 'veth00010203'

/** A machine on which a shell can run `ip` with the label, and `ip` can make a tap. */
function labellingWorld(): FakeWorld {
  const world = new FakeWorld()
  world.sandbox.addLink({ name: 'br0', kind: 'bridge' })
  world.host.files.put('/dev/net/tun')
  world.host.install('/sbin/ip', () => ({}))
  world.host.install('/bin/sh', ({ arguments: [, , , given, ...command] = [] }) => {
    if (given !== label) return { exitStatus: 125, diagnostic: 'printf: I/O error' }
    const tun = { type: 'tap', isMultiQueue: false, isPersistent: true, owner: 107 } as const
    if (command.includes('add')) world.kernel.host.addLink({ name: temporary, kind: 'tun', tun })
    return {}
  })
  return world
}

function prevResult({ name, mac: found }: Link): object {
  return { cniVersion: '1.1.0', interfaces: [{ name, mac: found, sandbox: sandboxPath }] }
}

test('ADD makes a tap with all that is configured, as a port of the bridge', async () => {
  const world = new FakeWorld()
  const { index } = world.sandbox.addLink({ name: 'br0', kind: 'bridge' })
  const users = { owner: 107, group: 36, multiQueue: true }
  const config = { ...users, mac, mtu: 1400, bridge: 'br0' }
  await tap.add(world.call(config))
  const link = world.sandbox.link('net1')
  const tun = { type: 'tap', owner: 107, group: 36, isMultiQueue: true, isPersistent: true }
  expect(link).toMatchObject({ kind: 'tun', isUp: true, mac, mtu: 1400, controller: index, tun })
  await tap.check(world.call({ ...config, prevResult: prevResult(link) }))
})

test('ADD leaves to the kernel what is not configured, and asks it for nothing else', async () => {
  const world = new FakeWorld()
  const { kernel, host, calls } = watchPorts(world)
  await tap.add(world.call({}, { kernel, host }))
  const { tun } = world.sandbox.link('net1')
  expect(tun).toEqual({ type: 'tap', isMultiQueue: false, isPersistent: true })
  expect(calls).toEqual(['openNamespace', 'currentNamespace', 'createLink', 'changeLink'])
})

test('ADD announces nothing itself, even where the kernel cannot be told to', async () => {
  const world = new FakeWorld()
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }] } })
  world.sandbox.writeSysctl = (key) => {
    throw fakeError('EROFS', 'write setting', key)
  }
  await tap.add(world.call({ ipam: { type: 'test-ipam' } }))
  expect(world.sandbox.announcements).toEqual([])
})

test.each([
  ['ENODEV', 'the module tun of the kernel and its file /dev/net/tun are needed'],
  ['EPERM', 'this process must be allowed to open /dev/net/tun and to make links'],
] as const)('ADD refused with %s by the kernel says what that can mean', async (code, hint) => {
  const world = new FakeWorld()
  world.sandbox.createLink = () => {
    throw fakeError(code, 'open', '/dev/net/tun')
  }
  await expect(tap.add(world.call({}))).rejects.toThrow(hint)
})

test('a tap with a label is made by a program, on the host', async () => {
  const world = labellingWorld()
  await tap.add(world.call({ ...labelled, group: 36, multiQueue: true }))
  const [request] = world.host.processes.requests
  const ip = '/sbin/ip tuntap add dev veth00010203 mode tap multi_queue user 107 group 36'
  expect(request).toMatchObject({ path: '/bin/sh', input: '' })
  expect(request?.arguments?.slice(2)).toEqual(['sh', label, ...ip.split(' ')])
  expect(world.sandbox.link('net1')).toMatchObject({ kind: 'tun', mac, mtu: 1400, isUp: true })
  expect(world.kernel.host.findLink(temporary)).toBeUndefined()
})

test('whatever step fails for a tap with a label, it is neither here nor there', async () => {
  const rehearsal = labellingWorld()
  const { kernel, host, calls } = watchPorts(rehearsal)
  await tap.add(rehearsal.call(labelled, { kernel, host }))
  expect(calls).toEqual(expect.arrayContaining(['processes.run', 'moveLink', 'changeLink']))
  for (let step = 1; step <= calls.length; step++) {
    const world = labellingWorld()
    const before = [world.sandbox.snapshot(), world.kernel.host.snapshot()]
    const call = world.call(labelled, watchPorts(world, step))
    await expect(tap.add(call), calls[step - 1]).rejects.toThrow(`in call ${step}`)
    const after = [world.sandbox.snapshot(), world.kernel.host.snapshot()]
    expect(after, calls[step - 1]).toEqual(before)
  }
})

test('a label that no program can have is refused by name', async () => {
  const world = labellingWorld()
  const call = world.call({ selinuxContext: 'a:b:c' })
  const message =
    'selinuxContext: expected a label that SELinux, which must be enabled, lets programs'
  await expect(tap.add(call)).rejects.toThrow(message)
  await expect(tap.status(call)).rejects.toThrow(`${message} run with, found "a:b:c"`)
})

test.each([
  [{ exitStatus: 3, diagnostic: 'no more taps\n' }, 'mode tap: exit status 3: no more taps'],
  [{ exitStatus: undefined, signal: 'SIGSEGV' }, 'mode tap: SIGSEGV'],
  [{ timedOut: true }, 'ETIMEDOUT it did not end within 60 seconds and was killed'],
])('an ip that ends with %j is told of', async (outcome, message) => {
  const world = labellingWorld()
  world.host.install('/bin/sh', () => outcome)
  await expect(tap.add(world.call({ selinuxContext: label }))).rejects.toThrow(message)
})

test('STATUS is good where taps can be made, and programs can have the label', async () => {
  const world = labellingWorld()
  await tap.status(world.call({}))
  await tap.status(world.call({ selinuxContext: label }))
})

test('STATUS is error 50 without the driver of taps', async () => {
  const status = tap.status(new FakeWorld().call({}))
  await expect(status).rejects.toMatchObject({ code: 50, msg: expect.stringContaining('tun') })
})

test('STATUS is error 50 without a program that a label needs, which ADD misses, too', async () => {
  const world = new FakeWorld()
  world.host.files.put('/dev/net/tun')
  world.host.install('/bin/sh', () => ({}))
  const call = world.call({ selinuxContext: label })
  const msg = 'selinuxContext: the program ip is needed, and it is not in PATH'
  await expect(tap.status(call)).rejects.toMatchObject({ code: 50, msg })
  await expect(tap.add(call)).rejects.toThrow('find ip in PATH: ENOENT')
})
