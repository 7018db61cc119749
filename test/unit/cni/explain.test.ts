import { expect, test } from 'vitest'
import { SystemError } from '#base/system-error.ts'
import { explained } from '#cni/explain.ts'

function refuse(detail?: string): never {
  const text = 'invalid argument'
  throw new SystemError({ operation: 'add', object: 'it', errno: 22, code: 'EINVAL', text, detail })
}

test('a hint follows what the kernel has to say itself, and the first error is kept', () => {
  let failure: unknown
  try {
    explained(() => refuse('bad attribute'), { EINVAL: 'it is full' })
  } catch (error) {
    failure = error
  }
  expect(failure).toBeInstanceOf(SystemError)
  expect(failure).toMatchObject({
    message: 'add it: EINVAL invalid argument — bad attribute — it is full',
    errno: 22,
    cause: { detail: 'bad attribute' },
  })
})

test('a hint stands alone where the kernel says nothing', () => {
  expect(() => explained(() => refuse(), { EINVAL: 'it is full' })).toThrow(
    'add it: EINVAL invalid argument — it is full',
  )
})

test('an error that no hint is for is left as it is', () => {
  expect(() => explained(() => refuse(), { EBUSY: 'it is full' })).toThrow(
    /^add it: EINVAL invalid argument$/,
  )
  const other = new TypeError('a mistake of ours')
  const fail = (): never => {
    throw other
  }
  expect(() => explained(fail, { EINVAL: 'it is full' })).toThrow(other)
})
