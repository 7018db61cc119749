import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dispatch } from '#cni/dispatch.ts'
import { findPreviousResult } from '#cni/previous-result.ts'
import { decodeResult } from '#cni/result-versions.ts'
import { isSupportedVersion } from '#cni/version.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import { RecordingPlugin } from '#test/lab/recording-plugin.ts'

/** A plugin that looks at everything a plugin can look at. */
class CuriousPlugin extends RecordingPlugin {
  override async check(call: Parameters<RecordingPlugin['check']>[0]): Promise<void> {
    findPreviousResult(call)
  }
}

function expectErrorObject(text: string): void {
  const error: unknown = JSON.parse(text)
  expect(error).toEqual({
    code: expect.any(Number),
    msg: expect.stringMatching(/./s),
    ...(error !== null && typeof error === 'object' && 'details' in error
      ? { details: expect.stringMatching(/./s) }
      : {}),
  })
}

function expectResult(text: string): void {
  const raw: unknown = JSON.parse(text)
  expect(raw).toHaveProperty('cniVersion')
  const version: unknown = JSON.parse(text).cniVersion
  if (typeof version !== 'string' || !isSupportedVersion(version)) throw new Error(text)
  decodeResult(raw, { version, path: [] })
}

async function expectProtocol(environment: Record<string, string>, input: string): Promise<void> {
  const host = new FakeHost({ program: 'recorder', environment, input })
  const kernel = new FakeKernel()
  kernel.addNamespace('/run/netns/pod')
  const plugin = new CuriousPlugin().entry
  const status = await dispatch(host, { plugin, openKernel: () => kernel })
  const { output } = host.streams
  expect(kernel.openCount).toBe(0)
  if (status !== 0) {
    expect(status).toBe(1)
    expectErrorObject(output)
  } else if (environment.CNI_COMMAND === 'ADD') expectResult(output)
  else if (environment.CNI_COMMAND === 'VERSION') expect(output).toMatch(/^\{.*\}\n$/)
  else expect(output).toBe('')
}

const variable = fc.constantFrom(
  'CNI_COMMAND',
  'CNI_CONTAINERID',
  'CNI_NETNS',
  'CNI_IFNAME',
  'CNI_ARGS',
  'CNI_PATH',
  'CNI_NETNS_OVERRIDE',
)
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION', 'c1', '/run/netns/pod', 'TRUE'),
)
const command = fc.constantFrom('ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION', 'other')
const goodEnvironment = {
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'net1',
  CNI_PATH: '/opt/cni/bin',
}

test('any environment gets an answer in the protocol', async () => {
  const property = fc.asyncProperty(fc.dictionary(variable, value), async (environment) => {
    await expectProtocol(environment, '{"cniVersion":"1.1.0","name":"net"}')
  })
  await fc.assert(property, { numRuns: 300 })
})

test('any standard input gets an answer in the protocol', async () => {
  const bytes = fc.uint8Array().map((found) => new TextDecoder().decode(found))
  const input = fc.oneof(bytes, fc.string({ unit: 'binary' }), fc.json())
  const property = fc.asyncProperty(command, input, async (CNI_COMMAND, text) => {
    await expectProtocol({ ...goodEnvironment, CNI_COMMAND }, text)
  })
  await fc.assert(property, { numRuns: 300 })
})

test('any configuration gets an answer in the protocol', async () => {
  const config = fc.record(
    {
      cniVersion: fc.oneof(
        fc.constantFrom('1.1.0', '1.1.0', '1.0.0', '0.4.0', '0.2.0'),
        fc.jsonValue(),
      ),
      name: fc.oneof(fc.constantFrom('net', 'net', 'net'), fc.jsonValue()),
      ipam: fc.oneof(fc.record({ type: fc.jsonValue() }), fc.jsonValue()),
      dns: fc.oneof(fc.record({ nameservers: fc.jsonValue() }), fc.jsonValue()),
      prevResult: fc.oneof(
        fc.record({ ips: fc.array(fc.jsonValue()), routes: fc.jsonValue() }),
        fc.jsonValue(),
      ),
      'cni.dev/valid-attachments': fc.jsonValue(),
    },
    { requiredKeys: ['name'] },
  )
  const property = fc.asyncProperty(command, config, async (CNI_COMMAND, found) => {
    await expectProtocol({ ...goodEnvironment, CNI_COMMAND }, JSON.stringify(found))
  })
  await fc.assert(property, { numRuns: 500 })
})

test('a configuration nested without end gets an answer in the protocol', async () => {
  const deep = `{"name":"net","dns":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  await expectProtocol({ ...goodEnvironment, CNI_COMMAND: 'ADD' }, deep)
})
