import { expect, test } from 'vitest'
import { Rollback } from '#base/rollback.ts'

async function failAfter(deeds: string[], undone: string[]): Promise<void> {
  await using undo = new Rollback()
  for (const deed of deeds) undo.did(deed, () => undone.push(deed))
  throw new Error('a later step failed')
}

test('undoes newest first when the scope is left by an error', async () => {
  const undone: string[] = []
  await expect(failAfter(['first', 'second'], undone)).rejects.toThrow('a later step failed')
  expect(undone).toEqual(['second', 'first'])
})

test('keeps everything after commit', async () => {
  const undone: string[] = []
  {
    await using undo = new Rollback()
    undo.did('first', () => undone.push('first'))
    undo.commit()
  }
  expect(undone).toEqual([])
})

test('tries every undoing and attaches the failed ones to the first error', async () => {
  const undone: string[] = []
  const failure = await (async () => {
    await using undo = new Rollback()
    undo.did('first', () => undone.push('first'))
    undo.did('second', () => {
      throw new Error('busy')
    })
    throw new Error('a later step failed')
  })().catch((error: unknown) => error)
  expect(undone).toEqual(['first'])
  expect(failure).toMatchObject({
    suppressed: { message: 'a later step failed' },
    error: { message: 'undo second: Error: busy' },
  })
})
