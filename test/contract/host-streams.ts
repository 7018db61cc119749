/** What every host's standard streams promise (`Streams` of src/host/host.ts). */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, createReadStream, openSync, readFileSync, writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'

export interface StreamsUnderTest {
  /**
   * The command line of a program that says `ready` as a diagnostic, reads its input, writes it to
   * its output, and says `done`, or the message of the failure.
   */
  readonly echo: readonly string[]
  /** The path of an empty folder. */
  readonly folder: string
}

type Stdio = 'pipe' | number

const large = 'grüße 🌍\n'.repeat(100_000)

function start(echo: readonly string[], input: Stdio, output: Stdio) {
  // A descriptor goes through a shell because libuv makes those of a child block.
  const script = `exec "$@" ${input === 'pipe' ? '' : '<&3'} ${output === 'pipe' ? '' : '>&4'}`
  const extra = [input, output].map((stdio) => (stdio === 'pipe' ? 'ignore' : stdio))
  const child = spawn('sh', ['-c', script, 'sh', ...echo], {
    stdio: ['pipe', 'pipe', 'pipe', ...extra] as const,
  })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
  stdin.on('error', () => {})
  return { child, stdin, stdout, stderr }
}

/** Both ends of a new named pipe; the first blocks neither reading nor writing. */
function nonBlockingPipe(path: string): number {
  execFileSync('mkfifo', [path])
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
}

export function streamsContract(open: () => StreamsUnderTest): void {
  test('pass a large text through unchanged', async () => {
    const { stdin, stdout, stderr } = start(open().echo, 'pipe', 'pipe')
    stdin.end(large)
    expect(await text(stdout)).toBe(large)
    expect(await text(stderr)).toBe('ready\ndone\n')
  })

  test('take an empty input for an empty text', async () => {
    const { stdin, stdout, stderr } = start(open().echo, 'pipe', 'pipe')
    stdin.end()
    expect(await text(stdout)).toBe('')
    expect(await text(stderr)).toBe('ready\ndone\n')
  })

  test('have a text for any bytes', async () => {
    const { stdin, stdout } = start(open().echo, 'pipe', 'pipe')
    stdin.end(Buffer.from([0x61, 0xff, 0x62, 0x00, 0xe2, 0x82]))
    expect(await text(stdout)).toBe('a\ufffdb\0\ufffd')
  })

  test('read and write files', async () => {
    const { echo, folder } = open()
    const source = openSync('/etc/os-release', 'r')
    const target = openSync(`${folder}/target`, 'w')
    const { child } = start(echo, source, target)
    await once(child, 'close')
    for (const file of [source, target]) closeSync(file)
    expect(readFileSync(`${folder}/target`, 'utf8')).toBe(readFileSync('/etc/os-release', 'utf8'))
  })

  describe('that do not block', () => {
    test('are read to the end', async () => {
      const { echo, folder } = open()
      const path = `${folder}/pipe`
      const both = nonBlockingPipe(path)
      const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      const { stdout, stderr } = start(echo, reader, 'pipe')
      closeSync(reader)
      await once(stderr, 'data')
      writeSync(both, 'a short text')
      closeSync(both)
      expect(await text(stdout)).toBe('a short text')
    })

    test('are written to the end', async () => {
      const { echo, folder } = open()
      const path = `${folder}/pipe`
      const both = nonBlockingPipe(path)
      const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
      const { stdin } = start(echo, 'pipe', writer)
      const reader = createReadStream(path)
      await once(reader, 'open')
      for (const end of [both, writer]) closeSync(end)
      stdin.end(large)
      expect(await text(reader)).toBe(large)
    })
  })

  describe('that fail', () => {
    test('say so when the output has no room', async () => {
      const full = openSync('/dev/full', 'w')
      const { stdin, stderr } = start(open().echo, 'pipe', full)
      closeSync(full)
      stdin.end('a text')
      expect(await text(stderr)).toMatch(/^ready\nwrite standard output: ENOSPC /)
    })

    test('say so when nobody reads the output', async () => {
      const { stdin, stdout, stderr } = start(open().echo, 'pipe', 'pipe')
      stdout.destroy()
      stdin.end('a text')
      expect(await text(stderr)).toMatch(/^ready\nwrite standard output: EPIPE /)
    })

    test('say so when the input is a folder', async () => {
      const folder = openSync('/', 'r')
      const { stderr } = start(open().echo, folder, 'pipe')
      closeSync(folder)
      expect(await text(stderr)).toMatch(/^ready\nread standard input: EISDIR /)
    })

    test('go on when nobody reads the diagnostics', async () => {
      const { stdin, stdout, stderr } = start(open().echo, 'pipe', 'pipe')
      stderr.destroy()
      stdin.end('a text')
      expect(await text(stdout)).toBe('a text')
    })
  })
}
