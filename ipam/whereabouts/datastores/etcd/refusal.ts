/** What etcd says when it does not do what it is asked. */

import type { HttpAnswer } from '#host/http.ts'
import { isObject } from '#schema/schema.ts'

/** An answer that is none. */
export interface EtcdRefusal {
  /** Of gRPC, or of HTTP where something in front of etcd has answered. */
  readonly code: number
  /** In etcd's own words. */
  readonly text: string
}

/** Of gRPC's status codes those that make a difference here. */
const codes = {
  canceled: 1,
  // Among others of a change that got lost with its leader.
  unknown: 2,
  deadlineExceeded: 4,
  resourceExhausted: 8,
  unavailable: 14,
  unauthenticated: 16,
}
const passingCodes: readonly number[] = [
  codes.canceled,
  codes.unknown,
  codes.deadlineExceeded,
  codes.unavailable,
]

const longestText = 200
const firstServerFailure = 500

export function readRefusal({ status, body }: HttpAnswer): EtcdRefusal {
  const answer = findObject(body)
  if (typeof answer?.error === 'string' && typeof answer.code === 'number') {
    return { code: answer.code, text: answer.error.slice(0, longestText) }
  }
  return { code: status, text: `HTTP status ${status} ${body.slice(0, longestText)}`.trim() }
}

/** Whether another member, or the same one later, may do it. */
export function isPassing({ code, text }: EtcdRefusal): boolean {
  if (code === codes.resourceExhausted) return text.includes('too many requests')
  return passingCodes.includes(code) || code >= firstServerFailure
}

/** Whether a new token may help: this one has expired, or users have been changed since it was given. */
export function isAboutToken({ code, text }: EtcdRefusal): boolean {
  return code === codes.unauthenticated || text.includes('revision of auth store is old')
}

/** What a user can do about it. */
export function hintFor({ text }: EtcdRefusal): string | undefined {
  return hints.find(([words]) => text.includes(words))?.[1]
}

const hints: readonly (readonly [string, string])[] = [
  ['user name is empty', 'etcd wants to know who asks: set etcd_username and etcd_password'],
  ['authentication failed', 'look at etcd_username and etcd_password'],
  ['permission denied', 'give the user of etcd_username a role that may read and write the prefix'],
  ['database space exceeded', 'compact and defragment etcd, then disarm its alarm'],
  [
    'CommonName of client sending a request against gateway',
    'with authentication, etcd takes only client certificates without a common name',
  ],
]

function findObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const decoded: unknown = JSON.parse(body)
    return isObject(decoded) ? decoded : undefined
  } catch {
    return undefined
  }
}
