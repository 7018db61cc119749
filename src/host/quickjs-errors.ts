/** Errors of the engine as the errors of the system they stand for. */

import { SystemError } from '#base/system-error.ts'
import { type Attempt, type Attempting, attemptingWith } from './refusal.ts'

/** What the engine threw as a `SystemError`; anything else than a refusal of the system as it is. */
export function toSystemError(thrown: unknown, attempt: Attempt): unknown {
  if (!(thrown instanceof Error) || thrown instanceof SystemError) return thrown
  if (!('errno' in thrown) || typeof thrown.errno !== 'number') return thrown
  if (!('code' in thrown) || typeof thrown.code !== 'string') return thrown
  const { errno, code, message: text } = thrown
  const detail = 'detail' in thrown && typeof thrown.detail === 'string' ? thrown.detail : undefined
  return new SystemError({ ...attempt, errno, code, text, detail })
}

export const attempting: Attempting = attemptingWith(toSystemError)
