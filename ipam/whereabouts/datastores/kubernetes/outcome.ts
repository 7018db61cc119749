/** What comes of sending a request, as far as it matters to whoever sends it again. */

import { SystemError } from '#base/system-error.ts'
import type { HttpAnswer } from '#host/http.ts'

/** An answer, or why there is none. */
export type Outcome = HttpAnswer | SystemError

export function isAnswer(outcome: Outcome): outcome is HttpAnswer {
  return !(outcome instanceof SystemError)
}

/** Whether either side does not take the other for who it is. */
export function isAboutTrust(outcome: Outcome): boolean {
  return isAnswer(outcome) ? outcome.status === 401 : outcome.code === 'EPROTO'
}

/** Whether the answer says more of the server than of the request. */
export function isTrouble({ status }: { readonly status: number }): boolean {
  return status === 429 || status >= 500
}

/** When the server wants to be asked again (RFC 9110 §10.2.3); clusters tell seconds. */
export function retryAfterMs(outcome: Outcome): number | undefined {
  const text = isAnswer(outcome) ? outcome.headers.get('retry-after') : undefined
  return text !== undefined && /^[0-9]{1,5}$/.test(text) ? 1_000 * Number(text) : undefined
}
