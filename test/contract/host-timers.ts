/** What every host's timers promise (`Clock.startTimer` of src/host/host.ts). */

import { expect, test } from 'vitest'
import { run, succeed } from '#test/lab/command.ts'

export interface ScenesUnderTest {
  /** The command line of a program that plays what its argument names (test/fixtures/host/scenes.ts). */
  readonly scenes: readonly string[]
  /** The path of an empty folder. */
  readonly folder: string
}

export function timersContract(open: () => ScenesUnderTest): void {
  async function rings(scene: string): Promise<readonly string[]> {
    return succeed(await run([...open().scenes, scene])).stdout.split('\n')
  }

  test('ring once each, and none while another is started', async () => {
    // Node.js may turn those round that have come due on a machine that stood still.
    const [first, ...others] = await rings('timers of any length')
    expect(first).toBe('started')
    expect(others.sort()).toEqual(['at once', 'late', 'later'])
  })

  test('do not ring once they are disposed', async () => {
    expect(await rings('timers disposed')).toEqual(['rung'])
  })

  test('do not ring when another disposes them that was over as well', async () => {
    expect(await rings('timers disposed by another')).toEqual(['first'])
  })

  test('ring one after the other, with all that the one makes ready before the next', async () => {
    const inTurn = ['first', 'after first', 'second', 'after second']
    expect(await rings('timers and promises')).toEqual(inTurn)
  })

  test('are started by others', async () => {
    expect(await rings('timers from timers')).toEqual(['0', '1', '2'])
  })

  test('ring in a process that waits for a client, and for nothing else', async () => {
    const { scenes, folder } = open()
    const environment = { ...process.env, SCENE_FOLDER: folder }
    const options = { environment, deadlineMs: 20_000 }
    expect(succeed(await run([...scenes, 'a timer beside a socket'], options)).stdout).toBe('rung')
  })

  test('end the process when they throw', async () => {
    const { status, stderr } = await run([...open().scenes, 'a timer that throws'])
    expect(status).toBe(1)
    expect(stderr).toContain('this ring is broken')
  })
}
