/** What every host's processes promise (`Processes` of src/host/host.ts). */

import { chmodSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Processes, ProcessOutcome, ProcessRequest } from '#host/host.ts'

export interface ProcessesUnderTest {
  readonly processes: Pick<Processes, 'run'>
  /** The path of an empty folder that programs may be put into. */
  readonly folder: string
}

const mebibyte = 1024 * 1024
/** Those before the first that the C library keeps for itself, signal(7). */
const standardSignals = 2n ** 31n - 1n
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

export function processesContract(open: () => ProcessesUnderTest): void {
  let processes: ProcessesUnderTest['processes']
  let path: string

  function install(content: string, mode = 0o755): void {
    writeFileSync(path, content)
    chmodSync(path, mode)
  }

  function run(request: Partial<ProcessRequest> = {}): Promise<ProcessOutcome> {
    return processes.run({ path, input: '', environment, timeoutMs: 30_000, ...request })
  }

  function runScript(
    script: string,
    request: Partial<ProcessRequest> = {},
  ): Promise<ProcessOutcome> {
    install(`#!/bin/sh\n${script}\n`)
    return run(request)
  }

  beforeEach(() => {
    const opened = open()
    processes = opened.processes
    path = `${opened.folder}/program`
  })

  describe('a program that runs', () => {
    test('gives its output, its diagnostics and its exit status', async () => {
      expect(await runScript('echo out; echo err >&2; exit 3')).toEqual({
        exitStatus: 3,
        signal: undefined,
        output: 'out\n',
        diagnostic: 'err\n',
        timedOut: false,
      })
    })

    test('gets its input to the end', async () => {
      const input = 'ö'.repeat(mebibyte)
      expect((await runScript('exec cat', { input })).output).toBe(input)
    })

    test('need not read its input', async () => {
      const input = 'x'.repeat(mebibyte)
      expect(await runScript('exit 0', { input })).toMatchObject({ exitStatus: 0 })
      expect(await runScript('exec <&-; echo done', { input })).toMatchObject({ output: 'done\n' })
    })

    test('gets exactly the environment it is given', async () => {
      const request = { environment: { CNI_COMMAND: 'ADD', EMPTY: '' } }
      const { output } = await runScript("tr '\\0' '\\n' </proc/$$/environ", request)
      expect(output.split('\n').sort()).toEqual(['', 'CNI_COMMAND=ADD', 'EMPTY='])
    })

    test('gets its path as its only argument without others, untouched by a shell', async () => {
      path = `${path} $(exit 1) *`
      expect((await runScript('echo "$# $0"')).output).toBe(`0 ${path}\n`)
    })

    test('gets its arguments verbatim', async () => {
      const parameters = [
        '',
        ' two  words ',
        `"'\`$(exit 1)\\`,
        '*',
        'ö€😀',
        '-x',
        'line\nbreak',
        '',
      ]
      const script = 'for each in "$0" "$@"; do printf \'%s\\0\' "$each"; done'
      const { output } = await runScript(script, { arguments: parameters })
      expect(output.split('\0')).toEqual([path, ...parameters, ''])
    })

    test('finds no signal ignored or blocked', async () => {
      const { output } = await runScript("exec grep -E '^Sig(Ign|Blk)' /proc/self/status")
      const masks = [...output.matchAll(/[0-9a-f]{16}/g)].map(([digits]) => BigInt(`0x${digits}`))
      expect(masks.map((mask) => mask & standardSignals)).toEqual([0n, 0n])
    })

    test('may talk much on both streams at once', async () => {
      const script = `head -c ${mebibyte} /dev/zero >&2; head -c ${mebibyte} /dev/zero`
      const { output, diagnostic } = await runScript(script)
      expect([output.length, diagnostic.length]).toEqual([mebibyte, mebibyte])
    })

    test('is killed when it talks without end', async () => {
      await expect(runScript('exec cat /dev/zero')).rejects.toMatchObject({
        name: 'SystemError',
        code: 'ENOBUFS',
        object: path,
      })
    })
  })

  describe('a program that is killed', () => {
    test('tells the signal', async () => {
      expect(await runScript('kill -TERM $$')).toMatchObject({
        exitStatus: undefined,
        signal: 'SIGTERM',
        timedOut: false,
      })
    })

    test('was killed because its time was up', async () => {
      expect(await runScript('exec sleep 1000', { timeoutMs: 50 })).toMatchObject({
        exitStatus: undefined,
        signal: 'SIGKILL',
        timedOut: true,
      })
    })

    test('is not waited for in its children, which may hold its streams', async () => {
      const script = 'sleep 1000 & echo $!; exec sleep 1000'
      const outcome = await runScript(script, { timeoutMs: 1_000 })
      process.kill(Number(outcome.output), 'SIGKILL')
      expect(outcome).toMatchObject({ signal: 'SIGKILL', timedOut: true })
    })
  })

  describe('what cannot be started', () => {
    async function expectRefusal(code: string, request: Partial<ProcessRequest> = {}) {
      await expect(run(request)).rejects.toMatchObject({
        name: 'SystemError',
        code,
        operation: 'execute',
        object: path,
      })
    }

    test('because nothing is there', () => expectRefusal('ENOENT'))

    test('because it may not be executed', () => {
      install('#!/bin/sh\n', 0o644)
      return expectRefusal('EACCES')
    })

    test('because its interpreter is missing', () => {
      install('#!/no/such/shell\n')
      return expectRefusal('ENOENT')
    })

    test('because it is empty, as an interrupted copy is', () => {
      install('')
      return expectRefusal('ENOEXEC')
    })

    test('because it is a text that a shell would run', () => {
      install('echo this was run by a shell\n')
      return expectRefusal('ENOEXEC')
    })

    test('because its environment is too large', () => {
      install('#!/bin/sh\n')
      return expectRefusal('E2BIG', { environment: { HUGE: 'x'.repeat(mebibyte) } })
    })

    test('because its arguments are too long', () => {
      install('#!/bin/sh\n')
      return expectRefusal('E2BIG', { arguments: ['x'.repeat(mebibyte)] })
    })

    test('because an argument holds a zero byte', () => {
      install('#!/bin/sh\n')
      return expectRefusal('EINVAL', { arguments: ['whole', 'bro\0ken'] })
    })

    test('because its environment holds a zero byte', () => {
      install('#!/bin/sh\n')
      return expectRefusal('EINVAL', { environment: { BROKEN: '\0' } })
    })
  })
}
