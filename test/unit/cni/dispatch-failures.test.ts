import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { dispatch } from '#cni/dispatch.ts'
import { noDns } from '#cni/result.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import { RecordingPlugin } from '#test/lab/recording-plugin.ts'

const own = '/run/netns/own'

/** Everything a call needs; a test breaks one part of it. */
class Scene {
  readonly plugin = new RecordingPlugin()
  readonly kernel = new FakeKernel()
  readonly host: FakeHost

  constructor(command: string, changes: Readonly<Record<string, string>> = {}) {
    this.kernel.addNamespace('/run/netns/pod')
    this.kernel.namespaces.set(own, this.kernel.host)
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/pod',
      CNI_IFNAME: 'net1',
      CNI_PATH: '/opt/cni/bin',
      ...changes,
    }
    const input = '{"cniVersion":"0.2.0","name":"net"}'
    this.host = new FakeHost({ program: 'recorder', environment, input })
  }

  async run(): Promise<number> {
    const { plugin, kernel } = this
    return dispatch(this.host, { plugin: plugin.entry, openKernel: () => kernel })
  }

  get error(): unknown {
    return JSON.parse(this.host.streams.output)
  }
}

describe('the own namespace', () => {
  test.each(['ADD', 'DEL'])('is refused before %s does anything', async (command) => {
    const scene = new Scene(command, { CNI_NETNS: own })
    expect(await scene.run()).toBe(1)
    expect(scene.error).toMatchObject({
      code: 8,
      msg: "plugin's netns and netns from CNI_NETNS should not be the same",
    })
    expect(scene.plugin.calls).toEqual([])
    expect(scene.kernel.openCount).toBe(0)
  })

  test.each(['1', 'TRUE'])('is accepted with CNI_NETNS_OVERRIDE=%s', async (override) => {
    const scene = new Scene('ADD', { CNI_NETNS: own, CNI_NETNS_OVERRIDE: override })
    expect(await scene.run()).toBe(0)
  })

  test('is accepted for CHECK', async () => {
    const scene = new Scene('CHECK', { CNI_NETNS: own })
    scene.plugin.failures.set('CHECK', 'not reached, as 0.2.0 has no CHECK')
    await scene.run()
    expect(scene.error).toMatchObject({ msg: 'config version does not allow CHECK' })
  })

  test('that cannot be told is an error', async () => {
    const scene = new Scene('ADD')
    scene.kernel.currentNamespace = () => {
      throw fakeError('EACCES', 'open network namespace', '/proc/thread-self/ns/net')
    }
    await scene.run()
    expect(scene.error).toMatchObject({ code: 8, msg: "get plugin's netns failed" })
  })

  test.each(['/nowhere', '/etc/passwd', ''])(
    'is not found at %j, so DEL goes on',
    async (netns) => {
      const scene = new Scene('DEL', { CNI_NETNS: netns })
      scene.kernel.otherFiles.add('/etc/passwd')
      expect(await scene.run()).toBe(0)
      expect(scene.plugin.commands).toEqual(['DEL'])
    },
  )
})

describe('the result of an ADD', () => {
  test('that its version cannot express undoes the ADD', async () => {
    const scene = new Scene('ADD')
    scene.plugin.result = { interfaces: [], ips: [], routes: [], dns: noDns }
    expect(await scene.run()).toBe(1)
    expect(scene.error).toMatchObject({ code: 7, msg: 'cannot convert: no valid IP addresses' })
    expect(scene.plugin.commands).toEqual(['ADD', 'DEL'])
    const [added, deleted] = scene.plugin.calls
    expect(deleted).toEqual({ ...added, command: 'DEL' })
  })

  test('that cannot be printed undoes the ADD', async () => {
    const scene = new Scene('ADD')
    scene.host.streams.outputError = fakeError('ENOSPC', 'write', 'standard output')
    expect(await scene.run()).toBe(1)
    expect(scene.host.streams.diagnostic).toContain('ENOSPC no space left on device')
    expect(scene.plugin.commands).toEqual(['ADD', 'DEL'])
  })

  test('that cannot be undone tells why it had to be, and what is left', async () => {
    const scene = new Scene('ADD')
    scene.plugin.result = { interfaces: [], ips: [], routes: [], dns: noDns }
    scene.plugin.failures.set('DEL', fakeError('EBUSY', 'remove link', 'net1'))
    await scene.run()
    expect(scene.error).toMatchObject({
      code: 7,
      msg: 'cannot convert: no valid IP addresses',
      details: expect.stringContaining(
        'undo ADD of recorder: SystemError: remove link net1: EBUSY',
      ),
    })
  })

  test('stays when it was printed', async () => {
    const scene = new Scene('ADD')
    await scene.run()
    expect(scene.plugin.commands).toEqual(['ADD'])
  })
})

describe('a failing plugin', () => {
  test.each([
    [new CniError(11, 'later', 'much later'), { code: 11, msg: 'later', details: 'much later' }],
    [
      fakeError('ENODEV', 'find link', 'eth9'),
      { code: 999, msg: 'find link eth9: ENODEV no such device' },
    ],
    [new TypeError('x is not a function'), { code: 999, msg: 'x is not a function' }],
    ['two\nlines', { code: 999, msg: 'two\nlines' }],
    [null, { code: 999, msg: 'out of memory' }],
  ])('that throws %j is told as an error object', async (failure, error) => {
    const scene = new Scene('DEL')
    scene.plugin.failures.set('DEL', failure)
    expect(await scene.run()).toBe(1)
    expect(scene.error).toEqual(error)
    expect(scene.host.streams.diagnostic.trimEnd()).not.toContain('\n')
  })

  test('that refuses an ADD is not asked to undo it', async () => {
    const scene = new Scene('ADD')
    scene.plugin.failures.set('ADD', new Error('no'))
    await scene.run()
    expect(scene.plugin.commands).toEqual(['ADD'])
  })

  test('that cannot even be loaded is told as an error object', async () => {
    const scene = new Scene('DEL')
    const load = () => Promise.reject(new SyntaxError('unexpected token'))
    const openKernel = () => scene.kernel
    expect(await dispatch(scene.host, { plugin: { type: 'x', load }, openKernel })).toBe(1)
    expect(scene.error).toEqual({ code: 999, msg: 'unexpected token' })
  })

  test('on a host without a kernel is told as an error object', async () => {
    const scene = new Scene('DEL')
    const openKernel = () => {
      throw new TypeError('the loaded module is not the addon')
    }
    expect(await dispatch(scene.host, { plugin: scene.plugin.entry, openKernel })).toBe(1)
    expect(scene.error).toEqual({ code: 999, msg: 'the loaded module is not the addon' })
  })
})
