import { expect, test } from 'vitest'
import { FakeProcesses } from '#test/lab/fake-processes.ts'

test('a signal goes to those who wait for it, until they are disposed', () => {
  const processes = new FakeProcesses()
  const heard: string[] = []
  const watch = processes.onSignal(['SIGTERM'], (signal) => heard.push(signal))
  expect(processes.deliver('SIGTERM')).toBe(true)
  expect(processes.deliver('SIGINT')).toBe(false)
  watch[Symbol.dispose]()
  expect(processes.deliver('SIGTERM')).toBe(false)
  expect(heard).toEqual(['SIGTERM'])
})
