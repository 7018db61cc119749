import { describe, expect, test } from 'vitest'
import { dispatch } from '#cni/dispatch.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import { RecordingPlugin } from '#test/lab/recording-plugin.ts'

const complete = {
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'net1',
  CNI_ARGS: 'A=b',
  CNI_PATH: '/opt/cni/bin',
}

interface Setup {
  readonly environment?: Record<string, string>
  readonly input?: string | Error
}

async function run(command: string, { environment = {}, input = config({}) }: Setup = {}) {
  const plugin = new RecordingPlugin()
  const kernel = new FakeKernel()
  kernel.addNamespace('/run/netns/pod')
  const host = new FakeHost({
    program: plugin.type,
    environment: { ...complete, CNI_COMMAND: command, ...environment },
    input,
  })
  const status = await dispatch(host, { plugin: plugin.entry, openKernel: () => kernel })
  const { output, diagnostic } = host.streams
  return { status, output, diagnostic, plugin, host, kernel }
}

function config(changes: object): string {
  return JSON.stringify({ cniVersion: '1.1.0', name: 'net', ...changes })
}

function errorText(code: number, msg: string): string {
  return `{\n    "code": ${code},\n    "msg": ${JSON.stringify(msg)}\n}`
}

describe('without a command', () => {
  test('the plugin introduces itself to people and succeeds', async () => {
    const { status, output, diagnostic, host } = await run('', { input: new Error('read') })
    expect([status, output, host.streams.wasInputRead]).toEqual([0, '', false])
    expect(diagnostic).toBe(
      'CNI recorder plugin netwright 0.1.0\n' +
        'CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n',
    )
  })
})

describe('VERSION', () => {
  test('is answered without standard input, the kernel and the plugin itself', async () => {
    const host = new FakeHost({ environment: { CNI_COMMAND: 'VERSION' } })
    const plugin = new RecordingPlugin()
    const openKernel = () => {
      throw new Error('no addon')
    }
    expect(await dispatch(host, { plugin: plugin.entry, openKernel })).toBe(0)
    expect(host.streams.output).toBe(
      '{"cniVersion":"1.1.0","supportedVersions":' +
        '["0.1.0","0.2.0","0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]}\n',
    )
    expect([host.streams.wasInputRead, plugin.isLoaded]).toEqual([false, false])
  })

  test('that cannot be printed is an input/output error', async () => {
    const host = new FakeHost({ environment: { CNI_COMMAND: 'VERSION' } })
    host.streams.outputError = fakeError('EPIPE', 'write', 'standard output')
    const plugin = new RecordingPlugin().entry
    expect(await dispatch(host, { plugin, openKernel: () => new FakeKernel() })).toBe(1)
    expect(host.streams.diagnostic).toContain('EPIPE broken pipe')
    expect(host.streams.diagnostic).toContain('Error writing error JSON to stdout: ')
  })
})

describe('a command', () => {
  test('reaches the plugin with all that was said', async () => {
    const input = ` ${config({ ipam: { type: 'host-local' }, dns: { domain: 'a' } })}`
    const { plugin, host, kernel } = await run('ADD', { input })
    expect(plugin.calls).toEqual([
      {
        command: 'ADD',
        containerId: 'c1',
        netns: '/run/netns/pod',
        ifName: 'net1',
        args: 'A=b',
        searchPath: ['/opt/cni/bin'],
        allowsOwnNamespace: false,
        network: {
          cniVersion: '1.1.0',
          name: 'net',
          ipamType: 'host-local',
          dns: { nameservers: [], domain: 'a', search: [], options: [] },
        },
        rawConfig: JSON.parse(input),
        configText: input,
        host,
        kernel,
        findOwnPlugin: expect.any(Function),
      },
    ])
  })

  test('that succeeds prints the result of an ADD', async () => {
    const { status, output, diagnostic } = await run('ADD', {
      input: config({ cniVersion: '0.2.0' }),
    })
    expect([status, diagnostic]).toEqual([0, ''])
    expect(JSON.parse(output)).toEqual({
      cniVersion: '0.2.0',
      ip4: { ip: '10.1.2.3/24' },
      dns: {},
    })
  })

  test.each(['DEL', 'CHECK', 'GC', 'STATUS'])(
    'that succeeds prints nothing for %s',
    async (command) => {
      const { status, output, diagnostic, plugin } = await run(command)
      expect([status, output, diagnostic, plugin.commands]).toEqual([0, '', '', [command]])
    },
  )
})

describe('of several mistakes', () => {
  const broken = '{'
  const nameless = config({ name: '' })
  const future = config({ cniVersion: '9.0.0', dns: 7 })
  const misled = config({ dns: 7 })
  const own = { CNI_NETNS: '/proc/self/ns/net' }

  test.each<[string, string, Setup & { code: number }]>([
    ['a missing variable', 'ADD', { environment: { CNI_PATH: '' }, input: broken, code: 4 }],
    ['unreadable input', 'FLY', { input: fakeError('EIO', 'read', 'standard input'), code: 5 }],
    ['malformed input', 'FLY', { input: broken, code: 6 }],
    ['a missing name', 'FLY', { input: nameless, code: 7 }],
    ['an unknown command', 'FLY', { input: future, code: 4 }],
    ['a wrong version', 'ADD', { input: future, environment: own, code: 1 }],
    ['a wrong key', 'ADD', { input: misled, environment: own, code: 7 }],
  ])('%s is told before the others', async (_mistake, command, { code, ...setup }) => {
    const { status, output, plugin } = await run(command, setup)
    expect(status).toBe(1)
    expect(JSON.parse(output)).toMatchObject({ code })
    expect(plugin.isLoaded).toBe(false)
  })
})

describe('an error', () => {
  test('is printed with four spaces and no newline, and told to people in one line', async () => {
    const { status, output, diagnostic } = await run('add')
    expect(status).toBe(1)
    expect(output).toBe(errorText(4, 'unknown CNI_COMMAND: add'))
    expect(diagnostic).toBe('recorder add: unknown CNI_COMMAND: add\n')
  })

  test('of standard input has the reason', async () => {
    const input = fakeError('EIO', 'read', 'standard input')
    const { output } = await run('DEL', { input })
    const msg = 'error reading from stdin: read standard input: EIO input/output error'
    expect(output).toBe(errorText(5, msg))
  })
})
