import { expect, test } from 'vitest'
import { ConfigError } from '#base/config-error.ts'
import type { Call } from '#cni/call.ts'
import { type IpamDescriptor, ipamPlugin } from '#cni/ipam-plugin.ts'
import { noDns, type Result } from '#cni/result.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

const result: Result = { interfaces: [], ips: [], routes: [], dns: noDns }

function descriptor(log: string[], readConfig: (call: Call) => string): IpamDescriptor<string> {
  const note = (step: string) => async (call: Call, config: string) => {
    log.push(`${step} for ${call.command} with ${config}`)
  }
  return {
    type: 'pool',
    readConfig,
    async allocate(call, config) {
      await note('allocate')(call, config)
      return result
    },
    release: note('release'),
    check: note('check'),
    collect: note('collect'),
    status: note('status'),
  }
}

test('every command reads the configuration and runs its one step', async () => {
  const log: string[] = []
  const plugin = ipamPlugin(descriptor(log, () => 'ranges'))
  const world = new FakeWorld()
  expect(plugin.type).toBe('pool')
  expect(await plugin.add(world.call({}))).toBe(result)
  await plugin.del(world.call({}, { command: 'DEL' }))
  await plugin.check(world.call({}, { command: 'CHECK' }))
  await plugin.gc(world.call({}, { command: 'GC' }))
  await plugin.status(world.call({}, { command: 'STATUS' }))
  expect(log).toEqual([
    'allocate for ADD with ranges',
    'release for DEL with ranges',
    'check for CHECK with ranges',
    'collect for GC with ranges',
    'status for STATUS with ranges',
  ])
})

test.each(['add', 'del', 'check', 'gc', 'status'] as const)(
  '%s does nothing with a configuration that cannot be read',
  async (method) => {
    const log: string[] = []
    const error = new ConfigError(['ipam'], 'an object', 'nothing')
    const plugin = ipamPlugin(
      descriptor(log, () => {
        throw error
      }),
    )
    await expect(plugin[method](new FakeWorld().call({}))).rejects.toBe(error)
    expect(log).toEqual([])
  },
)
