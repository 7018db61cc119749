import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Call } from '#cni/call.ts'
import {
  delegateAdd,
  delegateCheck,
  delegateDel,
  delegateGc,
  delegateStatus,
} from '#cni/delegate.ts'
import type { ProcessOutcome } from '#host/host.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { failureOf } from '#test/lab/failure.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'

const path = '/opt/cni/bin/pool'

interface Lab {
  readonly call: Call
  readonly world: FakeWorld
  /** The commands the delegate was called with. */
  readonly commands: () => readonly (string | undefined)[]
}

/** A delegate that answers every command like this. */
function lab(answer: Partial<ProcessOutcome>, config: object = {}): Lab {
  const world = new FakeWorld()
  world.host.install(path, () => answer)
  const commands = () => world.host.processes.requests.map((made) => made.environment.CNI_COMMAND)
  return { call: world.call(config), world, commands }
}

const refusal = { exitStatus: 1, output: '{"code":100,"msg":"full","details":"all 5 taken"}' }

describe('a delegate', () => {
  test('is the first regular file of its name along CNI_PATH', async () => {
    const { world } = lab({})
    world.host.files.put('/a/pool/not-a-file')
    world.host.install('/b/pool', () => ({ output: '{}' }))
    const call = world.call({}, { searchPath: ['/nowhere', '/a', '/b//', '/opt/cni/bin'] })
    await delegateDel(call, 'pool')
    expect(world.host.processes.requests.map((made) => made.path)).toEqual(['/b/pool'])
  })

  test.each([
    ['', ['/a'], 'no plugin name provided'],
    ['../pool', ['/a'], 'invalid plugin name: ../pool'],
    ['pool', [], 'no paths provided'],
    ['none', ['/a', '/b'], 'failed to find plugin "none" in path [/a /b]'],
    ['..', ['/opt/cni/bin'], 'failed to find plugin ".." in path [/opt/cni/bin]'],
  ])('called %j in %j is not found', async (type, searchPath, msg) => {
    const { world } = lab({})
    const failure = await failureOf(delegateDel(world.call({}, { searchPath }), type))
    expect(failure).toMatchObject({ name: 'CniError', code: 7, msg })
  })

  test('gets the configuration to the byte, and the environment with its own command', async () => {
    const { world } = lab({ output: '{}' })
    const configText = ' {"name": "net", "x": 1e2}\n'
    await delegateAdd(world.call({}, { configText }), 'pool')
    const [request] = world.host.processes.requests
    expect(request?.input).toBe(configText)
    expect(request?.environment).toEqual({
      ...world.host.environment.all(),
      CNI_COMMAND: 'ADD',
    })
    expect(request?.timeoutMs).toBe(120_000)
  })

  test.each([
    ['DEL', delegateDel],
    ['CHECK', delegateCheck],
    ['GC', delegateGc],
    ['STATUS', delegateStatus],
  ] as const)('asked to %s may print whatever it likes', async (command, delegate) => {
    const { call, commands } = lab({ output: 'not JSON' })
    await delegate(call, 'pool')
    expect(commands()).toEqual([command])
  })

  test('that succeeds has its words for people passed on', async () => {
    const { call, world } = lab({ output: '{}', diagnostic: 'a warning\n' })
    await delegateAdd(call, 'pool')
    expect(world.host.streams.diagnostic).toBe('a warning\n')
  })

  test('that is being replaced is tried again, a second apart', async () => {
    const { call, world } = lab({})
    let attempts = 0
    world.host.install(path, () => {
      if (++attempts <= 5) throw fakeError('ETXTBSY', 'run', path)
      return {}
    })
    await delegateDel(call, 'pool')
    expect(world.host.clock.sleepsMs).toEqual([1000, 1000, 1000, 1000, 1000])
  })

  test('that stays busy fails after six attempts', async () => {
    const { call, world } = lab({})
    world.host.install(path, () => {
      throw fakeError('ETXTBSY', 'run', path)
    })
    expect(isSystemError(await failureOf(delegateDel(call, 'pool')), 'ETXTBSY')).toBe(true)
    expect(world.host.processes.requests).toHaveLength(6)
  })

  test('that cannot be started is not called again to clean up', async () => {
    const { call, world, commands } = lab({})
    world.host.install(path, () => {
      throw fakeError('EACCES', 'run', path)
    })
    expect(isSystemError(await failureOf(delegateAdd(call, 'pool')), 'EACCES')).toBe(true)
    expect(commands()).toEqual(['ADD'])
  })
})

describe('the result of a delegate', () => {
  test.each([
    ['1.1.0', '{"cniVersion":"0.2.0","ip4":{"ip":"10.0.0.2/8"}}'],
    ['0.2.0', '{"ip4":{"ip":"10.0.0.2/8"}}'],
    ['0.3.1', '{"cniVersion":"","ips":[{"version":"4","address":"10.0.0.2/8"}]}'],
    ['0.1.0', '{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.2/8"}]}'],
  ])(
    'is read in the version it has, with a configuration of %s: %s',
    async (cniVersion, output) => {
      const { call } = lab({ output }, { cniVersion })
      const result = await delegateAdd(call, 'pool')
      expect(result.ips).toEqual([{ address: parseIpPrefix('10.0.0.2/8') }])
    },
  )

  test.each([
    ['', /JSON/],
    ['null', /result: expected an object, found null/],
    ['{"ips":[{"address":"x"}]}', /result\.ips\[0\]\.address: expected .*, found "x"/],
    ['{"cniVersion":"3"}', /result\.cniVersion: expected one of .*, found "3"/],
  ])('that cannot be read is an error, and the ADD is undone: %j', async (output, reason) => {
    const { call, commands } = lab({ output })
    const failure = await failureOf(delegateAdd(call, 'pool'))
    expect(failure).toMatchObject({ code: 6, msg: expect.stringMatching(reason) })
    expect(failure).toHaveProperty('msg', expect.stringMatching(/^read the answer of pool \(/))
    expect(commands()).toEqual(['ADD', 'DEL'])
  })
})

describe('the failure of a delegate', () => {
  test('is its own error, and a refused ADD is left alone', async () => {
    const { call, commands } = lab({ ...refusal, diagnostic: 'noise' })
    const failure = await failureOf(delegateAdd(call, 'pool'))
    expect(failure).toEqual(new CniError(100, 'full', 'all 5 taken'))
    expect(commands()).toEqual(['ADD'])
  })

  test('with the code 0, which is none, is an internal one', async () => {
    const { call } = lab({ exitStatus: 1, output: '{"Code":0,"MSG":"odd"}' })
    expect(await failureOf(delegateCheck(call, 'pool'))).toEqual(new CniError(999, 'odd'))
  })

  test.each<[Partial<ProcessOutcome>, string | undefined]>([
    [{}, undefined],
    [{ output: 'oops\n' }, 'standard output: "oops"'],
    [{ diagnostic: 'panic: "x"\n' }, 'standard error: "panic: \\"x\\""'],
    [{ output: '{}', diagnostic: 'why' }, 'standard output: "{}"; standard error: "why"'],
    [
      { output: '{"code":"7","msg":"x"}' },
      'standard output: "{\\"code\\":\\"7\\",\\"msg\\":\\"x\\"}"',
    ],
  ])('without an error object quotes what there is: %j', async (words, details) => {
    const { call, commands } = lab({ exitStatus: 2, ...words })
    const msg = `run DEL of pool (${path}): it ended with exit status 2 and without a CNI error object`
    expect(await failureOf(delegateDel(call, 'pool'))).toEqual(new CniError(999, msg, details))
    expect(commands()).toEqual(['DEL'])
  })

  test('by a signal names it, and the ADD is undone', async () => {
    const { call, world, commands } = lab({})
    world.host.install(path, ({ environment }) => {
      return environment.CNI_COMMAND === 'ADD' ? { exitStatus: undefined, signal: 'SIGKILL' } : {}
    })
    const failure = await failureOf(delegateAdd(call, 'pool'))
    expect(failure).toHaveProperty('msg', expect.stringContaining('ended with SIGKILL'))
    expect(commands()).toEqual(['ADD', 'DEL'])
  })

  test('to end in time is a time-out', async () => {
    const { call } = lab({ exitStatus: undefined, signal: 'SIGKILL', timedOut: true })
    const failure = await failureOf(delegateStatus(call, 'pool'))
    expect(failure).toMatchObject({
      code: 'ETIMEDOUT',
      message: `run STATUS of pool (${path}): ETIMEDOUT it gave no answer within 120 seconds and was killed`,
    })
  })

  test('to undo its ADD does not hide why it had to', async () => {
    const { call } = lab({ exitStatus: undefined, signal: 'SIGSEGV' })
    const failure = await failureOf(delegateAdd(call, 'pool'))
    expect(failure).toMatchObject({
      suppressed: { msg: expect.stringContaining('run ADD of pool') },
      error: { message: expect.stringContaining('undo ADD of pool') },
    })
  })
})
