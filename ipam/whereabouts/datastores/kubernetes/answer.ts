/** What the API of a cluster answers, and what its refusals say. */

import type { HttpAnswer } from '#host/http.ts'
import { isObject } from '#schema/schema.ts'

/** An answer, whatever its status. */
export interface ApiAnswer {
  readonly status: number
  /** The body, if it was JSON. */
  readonly object: unknown
  /** The body as it came. */
  readonly text: string
}

export function readAnswer({ status, body }: HttpAnswer): ApiAnswer {
  return { status, object: findJson(body), text: body }
}

function findJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How much of what a server says belongs into a message. */
const longestMessage = 500

/** Whether what was asked for was done. */
export function isSuccess({ status }: ApiAnswer): boolean {
  return status >= 200 && status < 300
}

/**
 * Whether an object of this name is not there. A 404 may also mean that its kind is not known, or
 * that its namespace is not there.
 */
export function isAbsent({ status, object }: ApiAnswer, name: string): boolean {
  if (status !== 404 || !isObject(object)) return false
  const { details } = object
  return isObject(details) && details.name === name
}

/** The API's own words, else the beginning of what came in their place. */
export function messageIn({ status, object, text }: ApiAnswer): string {
  const message = isObject(object) && typeof object.message === 'string' ? object.message : text
  const line = message
    .slice(0, longestMessage)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line === '' || line.startsWith('<') ? `HTTP status ${status}` : line
}

/** What may help against a refusal. */
export function hintFor({ status, object }: ApiAnswer, renewal: string): string | undefined {
  if (status === 401) return renewal
  if (status === 403) return 'deploy/whereabouts/rbac.yaml has the roles that are needed'
  const isOfNothing = !isObject(object) || !isObject(object.details) || !object.details.name
  if (status === 404 && isOfNothing) {
    return 'are the custom resources of deploy/whereabouts/crds.yaml installed?'
  }
  return undefined
}
