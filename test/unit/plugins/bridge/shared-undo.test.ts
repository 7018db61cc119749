import { expect, test } from 'vitest'
import { Rollback } from '#base/rollback.ts'
import { SharedUndo } from '#plugins/bridge/shared-undo.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'

interface Events {
  readonly isOwnBridge?: boolean
  readonly isPortBefore?: boolean
  readonly isPortAfter?: boolean
}

/** Whether something that was done to a bridge is undone when other ports come. */
async function isUndone(events: Events): Promise<boolean> {
  const { host } = new FakeKernel()
  const bridge = host.addLink({ name: 'br0', kind: 'bridge' })
  const addPort = (name: string) => host.addLink({ name, controller: bridge.index })
  let undone = false
  {
    await using undo = new Rollback()
    const shared = new SharedUndo(host, undo)
    if (events.isOwnBridge === true) shared.ownsBridge()
    if (events.isPortBefore === true) addPort('before')
    shared.owns(addPort('own'))
    shared.did(bridge, 'paint it', () => {
      undone = true
    })
    if (events.isPortAfter === true) addPort('after')
  }
  return undone
}

test.for([
  [{}, true],
  [{ isPortBefore: true }, true],
  [{ isPortAfter: true }, false],
  [{ isPortBefore: true, isPortAfter: true }, false],
  [{ isOwnBridge: true }, true],
  [{ isOwnBridge: true, isPortBefore: true }, false],
  [{ isOwnBridge: true, isPortAfter: true }, false],
] as const)('with %j what was done is undone: %s', async ([events, expected]) => {
  expect(await isUndone(events)).toBe(expected)
})

test('before there is a port of its own, what was done to a bridge that was there is undone', async () => {
  const { host } = new FakeKernel()
  const bridge = host.addLink({ name: 'br0', kind: 'bridge' })
  host.addLink({ name: 'before', controller: bridge.index })
  let undone = false
  {
    await using undo = new Rollback()
    new SharedUndo(host, undo).did(bridge, 'paint it', () => {
      undone = true
    })
  }
  expect(undone).toBe(true)
})
