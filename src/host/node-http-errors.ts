/** What goes wrong with HTTP on Node.js, as errors of the system. */

import { SystemError } from '#base/system-error.ts'
import { toSystemError } from './node-errors.ts'
import { type Attempt, codeOf, refusal } from './refusal.ts'

/** The answer has more bytes than wanted. */
export class TooLongError extends Error {
  constructor(maxBytes: number) {
    super(`the answer has more than ${maxBytes} bytes`)
  }
}

/** What Node.js threw as a `SystemError`; see `HttpClient.exchange`. */
export function toHttpError(thrown: unknown, attempt: Attempt): unknown {
  if (thrown instanceof SystemError) return thrown
  // Of a name with several addresses: what the last of them was refused with.
  if (thrown instanceof AggregateError) return toHttpError(thrown.errors.at(-1), attempt)
  if (!(thrown instanceof Error)) return thrown
  const code = codeOf(thrown) ?? ''
  if (isResolverError(thrown)) {
    return refusal('EHOSTUNREACH', { ...attempt, detail: describeResolving(thrown) })
  }
  if (thrown instanceof TooLongError) {
    return refusal('EMSGSIZE', { ...attempt, detail: thrown.message })
  }
  const detail = protocolFailure(thrown, code)
  if (detail !== undefined) return refusal('EPROTO', { ...attempt, detail })
  // Also where the answer ends too soon, which has no number.
  if (code === 'ECONNRESET') return refusal('ECONNRESET', attempt)
  return toSystemError(thrown, attempt)
}

function isResolverError(error: Error): error is Error & { hostname?: unknown } {
  return 'syscall' in error && error.syscall === 'getaddrinfo'
}

function describeResolving(error: Error & { hostname?: unknown }): string {
  const answer = codeOf(error) === 'ENOTFOUND' ? 'nobody knows' : 'no server tells the address of'
  return `${answer} ${error.hostname}`
}

/** OpenSSL's words, or the parser's; nothing where neither has failed. */
function protocolFailure(error: Error, code: string): string | undefined {
  if ('reason' in error && typeof error.reason === 'string') return error.reason
  // OpenSSL's names of what is wrong with a certificate, and Node.js's; names of the system have no `_`.
  return code === 'EPROTO' || code.includes('_') ? error.message : undefined
}
