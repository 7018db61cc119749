import { expect, test } from 'vitest'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

test('a deadline counts what it was waited for', async () => {
  const deadline = new Deadline(new FakeHost(), 10_000)
  expect(deadline.pauses).toEqual({ conflict: 0, trouble: 0 })
  await deadline.pause(1)
  await deadline.giveWay(1, 5)
  await deadline.giveWay(2, 5)
  expect(deadline.pauses).toEqual({ conflict: 2, trouble: 1 })
})
