/** Hints that a caller can add to a refusal of the system, because it knows what it was up to. */

import { isSystemError, SystemError } from '#base/system-error.ts'

/** What each symbolic error code means here: a phrase, or nothing when there is nothing to add. */
export type Hints = Readonly<Record<string, string | undefined>>

/** Runs `action`; a system error it throws goes on with the hint for its code as further detail. */
export function explained<T>(action: () => T, hints: Hints): T {
  try {
    return action()
  } catch (cause) {
    const hint = isSystemError(cause) ? hints[cause.code] : undefined
    if (!isSystemError(cause) || hint === undefined) throw cause
    const { operation, object, errno, code, text } = cause
    const detail = cause.detail === undefined ? hint : `${cause.detail} — ${hint}`
    throw new SystemError({ operation, object, errno, code, text, detail }, { cause })
  }
}
