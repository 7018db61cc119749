/** The error a runtime sees. */

import { withCause } from './cause.ts'

/**
 * The error codes of the CNI specification 1.1.0, section "Error", plus 999, which the reference
 * implementation uses for whatever has no code of its own.
 */
export const cniErrorCodes = {
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  inputOutput: 5,
  decoding: 6,
  invalidConfig: 7,
  invalidNamespace: 8,
  tryAgainLater: 11,
  unavailable: 50,
  unavailableLimitedConnectivity: 51,
  internal: 999,
} as const

/** A failure as it is printed on standard output: a code, one sentence, and perhaps more of them. */
export class CniError extends Error {
  override readonly name: string = 'CniError'
  readonly code: number
  /** The `msg` of the error object. */
  readonly msg: string
  /** The `details` of the error object. */
  readonly details: string | undefined

  // biome-ignore lint/complexity/useMaxParams: the three are the error object, the fourth is Error's
  constructor(code: number, msg: string, details?: string, options?: ErrorOptions) {
    super(details === undefined || details === '' ? msg : `${msg}; ${details}`)
    if (options !== undefined) withCause(this, options.cause)
    this.code = code
    this.msg = msg
    this.details = details === '' ? undefined : details
  }
}
