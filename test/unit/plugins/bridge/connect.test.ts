import { expect, test } from 'vitest'
import { Rollback } from '#base/rollback.ts'
import type { Random } from '#host/host.ts'
import { readBridgeConfig } from '#plugins/bridge/config.ts'
import { type Connection, connect } from '#plugins/bridge/connect.ts'
import { SharedUndo } from '#plugins/bridge/shared-undo.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'

interface Scene {
  readonly world: FakeWorld
  /** How many bridges have been created. */
  bridges(): number
  connect(): Connection
}

/** A host whose kernel knows controllers, and on which the bridge goes before a port is named. */
function scene(losses: number): Scene {
  const world = new FakeWorld()
  const { host } = world.kernel
  const createLink = host.createLink.bind(host)
  let bridges = 0
  let lost = 0
  host.createLink = (spec) => {
    if (spec.kind === 'bridge') bridges += 1
    const isLost = spec.controller !== undefined && host.findLink(spec.controller) === undefined
    if (isLost) throw fakeError('EINVAL', 'create link', spec.name)
    return createLink(spec)
  }
  const random: Random = {
    bytes: (count) => {
      if (lost < losses) host.removeLink('cni0')
      lost += 1
      return world.host.random.bytes(count)
    },
  }
  const call = { ...world.call({}), host: { ...world.host, random } }
  const site = { call, config: readBridgeConfig(call), sandbox: world.sandbox, host }
  return {
    world,
    bridges: () => bridges,
    connect: () => connect(site, new SharedUndo(host, new Rollback())),
  }
}

test('a bridge that goes before it has the port is created again', () => {
  const { world, bridges, connect } = scene(1)
  const { bridge, port } = connect()
  expect(bridges()).toBe(2)
  expect(world.kernel.host.findLink('cni0')).toMatchObject({ index: bridge.index })
  expect(world.kernel.host.findLink(port.index)).toBeDefined()
})

test('a bridge that goes again and again is an error', () => {
  const { bridges, connect } = scene(99)
  expect(() => connect()).toThrow('EINVAL')
  expect(bridges()).toBe(3)
})

test('a port that cannot be created is an error at once where the bridge is there', () => {
  const { world, bridges, connect } = scene(0)
  const { host } = world.kernel
  host.addLink({ name: 'cni0', kind: 'bridge' })
  host.createLink = (spec) => {
    throw fakeError('EINVAL', 'create link', spec.name)
  }
  expect(() => connect()).toThrow('EINVAL')
  expect(bridges()).toBe(0)
})
