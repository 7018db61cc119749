/** What every host's locks promise (`Files.lock` of src/host/host.ts); flock(1) is the witness. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import type { Files } from '#host/host.ts'
import { run } from '#test/lab/command.ts'
import type { FilesUnderTest } from './host-files.ts'

const patient = { mode: 0o640, timeoutMs: 30_000 }
const impatient = { mode: 0o640, timeoutMs: 20 }

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(path: string): Promise<ChildProcess> {
  const holder = spawn('flock', ['--no-fork', path, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  return holder
}

async function isFreeElsewhere(path: string): Promise<boolean> {
  return (await run(['flock', '--nonblock', path, 'true'])).status === 0
}

export function locksContract(open: () => FilesUnderTest): void {
  let files: Files
  let path: string

  beforeEach(() => {
    const opened = open()
    files = opened.files
    path = `${opened.folder}/lock`
  })

  test('keeps other processes out until it is disposed, once or twice', async () => {
    const lock = await files.lock(path, patient)
    expect(await isFreeElsewhere(path)).toBe(false)
    lock[Symbol.dispose]()
    lock[Symbol.dispose]()
    expect(await isFreeElsewhere(path)).toBe(true)
  })

  test('keeps the other parts of this process out', async () => {
    using _lock = await files.lock(path, patient)
    await expect(files.lock(path, impatient)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('creates the file with its permissions and never removes it', async () => {
    const lock = await files.lock(path, patient)
    lock[Symbol.dispose]()
    expect(statSync(path).mode & 0o777).toBe(patient.mode & ~process.umask())
  })

  test('gives up after the time-out, naming the file', async () => {
    const holder = await holdElsewhere(path)
    const waiting = files.lock(path, impatient)
    await expect(waiting).rejects.toMatchObject({
      name: 'SystemError',
      code: 'ETIMEDOUT',
      object: path,
    })
    holder.kill('SIGKILL')
  })

  test('tries once even when there is no time to wait', async () => {
    using lock = await files.lock(path, { ...patient, timeoutMs: 0 })
    expect(lock).toBeDefined()
  })

  test('gets what another process holds as soon as that is killed', async () => {
    const holder = await holdElsewhere(path)
    const waiting = files.lock(path, patient)
    holder.kill('SIGKILL')
    using lock = await waiting
    expect(lock).toBeDefined()
  })

  test('serves everyone who waits', async () => {
    const served: number[] = []
    const waiters = Array.from({ length: 10 }, async (_, number) => {
      using _lock = await files.lock(path, patient)
      served.push(number)
    })
    await Promise.all(waiters)
    expect(served.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('names the file whose folder is missing', async () => {
    const missing = `${path}/in/no/folder`
    await expect(files.lock(missing, patient)).rejects.toMatchObject({
      name: 'SystemError',
      code: 'ENOENT',
      object: missing,
    })
  })
}
