/** The error of a refused system call or netlink request. */

import { withCause } from './cause.ts'

/** The four facts of a refusal, as the native core reports them. */
export interface SystemErrorFacts {
  /** What was attempted, in the imperative: `create link`. */
  readonly operation: string
  /** On what, as a phrase built from values: `net1 (macvlan on eth0)`. */
  readonly object: string
  /** The positive error number of `<errno.h>`. */
  readonly errno: number
  /** Its symbolic name: `EEXIST`. */
  readonly code: string
  /** Its text, lower case: `file exists`. */
  readonly text: string
  /** What else is known: the kernel's extended acknowledgement, or a hint. */
  readonly detail?: string | undefined
}

/**
 * The kernel or the system refused an operation.
 *
 * Its message reads `<operation> <object>: <CODE> <text>[ — <detail>]`.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly operation: string
  readonly object: string
  readonly errno: number
  readonly code: string
  readonly text: string
  readonly detail: string | undefined

  constructor(facts: SystemErrorFacts, options?: ErrorOptions) {
    const detail = facts.detail === undefined ? '' : ` — ${facts.detail}`
    super(`${facts.operation} ${facts.object}: ${facts.code} ${facts.text}${detail}`)
    if (options !== undefined) withCause(this, options.cause)
    this.operation = facts.operation
    this.object = facts.object
    this.errno = facts.errno
    this.code = facts.code
    this.text = facts.text
    this.detail = facts.detail
  }
}

/** Whether `error` is a system error with one of the symbolic error codes `codes`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is SystemError {
  return error instanceof SystemError && (codes.length === 0 || codes.includes(error.code))
}
