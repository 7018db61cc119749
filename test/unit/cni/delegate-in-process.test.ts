import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { ConfigError } from '#base/config-error.ts'
import type { Call } from '#cni/call.ts'
import {
  delegateAdd,
  delegateCheck,
  delegateDel,
  delegateGc,
  delegateStatus,
} from '#cni/delegate.ts'
import type { Result } from '#cni/result.ts'
import { noDns } from '#cni/result.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { RecordingPlugin } from '#test/lab/recording-plugin.ts'

const address = { address: parseIpPrefix('10.1.2.3/24') }
const second = { address: parseIpPrefix('10.1.2.4/24') }

interface Scene {
  readonly call: Call
  readonly world: FakeWorld
  readonly plugin: RecordingPlugin
}

/** A delegate that is part of the program. */
function scene(config: object = {}, result: Partial<Result> = {}): Scene {
  const world = new FakeWorld()
  world.host.install('/opt/cni/bin/pool', () => ({ exitStatus: 1 }))
  const plugin = new RecordingPlugin()
  plugin.result = { interfaces: [], ips: [address], routes: [], dns: noDns, ...result }
  const findOwnPlugin = async (path: string) => (path.endsWith('/pool') ? plugin : undefined)
  return { call: world.call(config, { findOwnPlugin }), world, plugin }
}

describe('a delegate that is part of this program', () => {
  test('is called with the same call and its own command, and no process', async () => {
    const { call, world, plugin } = scene()
    expect(await delegateAdd(call, 'pool')).toMatchObject({ ips: [address] })
    for (const delegate of [delegateDel, delegateCheck, delegateGc, delegateStatus]) {
      await delegate(call, 'pool')
    }
    expect(plugin.commands).toEqual(['ADD', 'DEL', 'CHECK', 'GC', 'STATUS'])
    for (const made of plugin.calls) {
      expect({ ...made, command: 'ADD' }).toEqual({ ...call, command: 'ADD' })
    }
    expect(world.host.processes.requests).toEqual([])
  })

  test.each([
    [new CniError(11, 'full', 'all taken'), { code: 11, msg: 'full', details: 'all taken' }],
    [new ConfigError(['ipam'], 'an object', '1'), { code: 7 }],
    [fakeError('EAGAIN', 'lock', '/x'), { code: 11 }],
    [new TypeError('x is not a function'), { code: 999, msg: 'x is not a function' }],
  ])('fails with what a runtime would be told of %s', async (failure, told) => {
    const { call, plugin } = scene()
    plugin.failures.set('ADD', failure)
    plugin.failures.set('DEL', failure)
    for (const delegation of [delegateAdd(call, 'pool'), delegateDel(call, 'pool')]) {
      await expect(delegation).rejects.toMatchObject({ name: 'CniError', ...told })
    }
  })

  test('that refuses is left alone', async () => {
    const { call, plugin } = scene()
    plugin.failures.set('ADD', new CniError(999, 'no'))
    await expect(delegateAdd(call, 'pool')).rejects.toThrow('no')
    expect(plugin.commands).toEqual(['ADD'])
  })

  test('says no more than the version of the configuration has room for', async () => {
    const { call } = scene({ cniVersion: '0.2.0' }, { ips: [address, second] })
    expect((await delegateAdd(call, 'pool')).ips).toEqual([address])
  })

  test('gives back what that version cannot tell at all', async () => {
    const { call, plugin } = scene({ cniVersion: '0.2.0' }, { ips: [] })
    await expect(delegateAdd(call, 'pool')).rejects.toThrow('cannot convert')
    expect(plugin.commands).toEqual(['ADD', 'DEL'])
  })
})
