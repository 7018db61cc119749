/** What every host promises of signals (`Processes.onSignal` of src/host/host.ts). */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { linesOf } from '#test/lab/lines.ts'
import type { ScenesUnderTest } from './host-timers.ts'

export function signalsContract(open: () => ScenesUnderTest): void {
  const started: ChildProcessWithoutNullStreams[] = []

  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  function start(scene: string) {
    const [program = '', ...parameters] = [...open().scenes, scene]
    const child = spawn(program, parameters)
    started.push(child)
    const closed: Promise<(number | string | null)[]> = once(child, 'close')
    return { child, closed, ...linesOf(child) }
  }

  test('are told, and do not end the process', async () => {
    const { child, closed, waitFor } = start('a signal')
    await waitFor(/^ready$/)
    child.kill('SIGTERM')
    await waitFor(/^SIGTERM$/)
    expect(await closed).toEqual([0, null])
  })

  test('are told by their names', async () => {
    const { child, closed, waitFor } = start('two signals')
    await waitFor(/^ready$/)
    child.kill('SIGTERM')
    await waitFor(/^SIGTERM$/)
    child.kill('SIGINT')
    await waitFor(/^SIGINT$/)
    expect(await closed).toEqual([0, null])
  })

  test('are told to whoever still waits for them', async () => {
    const { child, closed, seen, waitFor } = start('a signal watched twice')
    await waitFor(/^ready$/)
    child.kill('SIGTERM')
    await waitFor(/^second$/)
    expect(await closed).toEqual([0, null])
    expect(seen(/^first$/)).toEqual([])
  })

  test('end the process when nobody waits for them any more', async () => {
    const { child, closed, waitFor } = start('a signal no longer watched')
    await waitFor(/^ready$/)
    child.kill('SIGTERM')
    expect(await closed).toEqual([null, 'SIGTERM'])
  })

  test('are no reason to go on', async () => {
    const [status, signal] = await start('nothing but signals').closed
    // An engine takes it for a mistake to wait for what nothing keeps it alive for.
    expect(status).toBeGreaterThan(0)
    expect(signal).toBe(null)
  })
}
