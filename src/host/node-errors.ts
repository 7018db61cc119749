/** Errors of Node.js as the errors of the system they stand for. */

import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { SystemError } from '#base/system-error.ts'
import { type Attempt, type Attempting, attemptingWith } from './refusal.ts'

/**
 * What Node.js threw as a `SystemError`. A refusal of Node.js itself, such as of a zero byte in a
 * path, is `EINVAL` with its reason.
 */
export function toSystemError(thrown: unknown, attempt: Attempt): unknown {
  if (!(thrown instanceof Error) || thrown instanceof SystemError) return thrown
  const errno = errnoOf(thrown)
  const detail = errno === undefined ? { detail: thrown.message } : {}
  const facts = { ...attempt, ...describeErrno(errno ?? constants.errno.EINVAL), ...detail }
  return new SystemError(facts, { cause: thrown })
}

export const attempting: Attempting = attemptingWith(toSystemError)

/** Node.js gives error numbers as libuv does: negative. */
function errnoOf(error: Error): number | undefined {
  if (!('errno' in error) || typeof error.errno !== 'number') return undefined
  return Math.abs(error.errno)
}

function describeErrno(errno: number): { errno: number; code: string; text: string } {
  const known = getSystemErrorMap().get(-errno)
  if (known !== undefined) return { errno, code: known[0], text: known[1].toLowerCase() }
  // libuv has no name for some errors that file systems give, EDQUOT among them.
  const named = Object.entries(constants.errno).find(([, number]) => number === errno)
  return { errno, code: named?.[0] ?? `E${errno}`, text: `error number ${errno}` }
}
