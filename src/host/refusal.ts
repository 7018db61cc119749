/** Refused system calls, as far as they are the same on every engine. */

import { SystemError } from '#base/system-error.ts'

/** What was attempted, and on what; see `SystemErrorFacts`. */
export interface Attempt {
  readonly operation: string
  readonly object: string
}

/** Runs `call`; what the system refuses in it leaves as a `SystemError`. */
export type Attempting = <T>(attempt: Attempt, call: () => T) => T

/** `toSystemError` makes a `SystemError` of what an engine throws. */
export function attemptingWith(
  toSystemError: (thrown: unknown, attempt: Attempt) => unknown,
): Attempting {
  return (attempt, call) => {
    try {
      return call()
    } catch (thrown) {
      throw toSystemError(thrown, attempt)
    }
  }
}

/** The symbolic error code of anything that was thrown: `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** What a host finds itself, where no system call reports it; `<asm-generic/errno.h>`. */
const refusals = {
  ENOEXEC: [8, 'exec format error'],
  EINVAL: [22, 'invalid argument'],
  ENAMETOOLONG: [36, 'file name too long'],
  EPROTO: [71, 'protocol error'],
  EMSGSIZE: [90, 'message too long'],
  ECONNRESET: [104, 'connection reset by peer'],
  ENOBUFS: [105, 'no buffer space available'],
  ENOTCONN: [107, 'transport endpoint is not connected'],
  ETIMEDOUT: [110, 'connection timed out'],
  EHOSTUNREACH: [113, 'no route to host'],
  ECANCELED: [125, 'operation canceled'],
} as const

export function refusal(
  code: keyof typeof refusals,
  attempt: Attempt & { readonly detail?: string | undefined },
): SystemError {
  const [errno, text] = refusals[code]
  return new SystemError({ ...attempt, errno, code, text })
}
