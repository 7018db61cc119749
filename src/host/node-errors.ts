/** Errors of Node.js as the errors of the system they stand for. */

import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { SystemError } from '#base/system-error.ts'

/** What was attempted, and on what; see `SystemErrorFacts`. */
export interface Attempt {
  readonly operation: string
  readonly object: string
}

/** The symbolic error code of anything that was thrown: `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

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

/** Runs `call`; what it throws leaves as a `SystemError`. */
export function attempting<T>(attempt: Attempt, call: () => T): T {
  try {
    return call()
  } catch (thrown) {
    throw toSystemError(thrown, attempt)
  }
}

/** A refusal that Node.js did not report but its host found. */
export function systemErrorOf(
  code: keyof typeof constants.errno,
  attempt: Attempt & { readonly detail?: string },
): SystemError {
  return new SystemError({ ...attempt, ...describeErrno(constants.errno[code]) })
}

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
