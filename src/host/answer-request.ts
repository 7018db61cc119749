/** Answering a request that an engine was asked. */

import type { AnswerRequest, ServedAnswer } from './http.ts'

/** A request as it comes. */
export interface RawRequest {
  readonly method: string
  /** With the query. */
  readonly url: string
}

/** What `answer` says, or that it has failed: what has gone wrong here is nobody's affair elsewhere. */
export function answerWith(answer: AnswerRequest, { method, url }: RawRequest): ServedAnswer {
  try {
    return answer({ method, path: url.replace(/[?#].*$/, '') })
  } catch {
    return { status: 500, contentType: 'text/plain', body: 'internal server error\n' }
  }
}
