/** What may be sent as HTTP, and where to. */

import type { HttpRequest } from './http.ts'
import { type Attempt, refusal } from './refusal.ts'

/** Where a server is. */
export interface Origin {
  readonly isSecure: boolean
  /** A name or an IP address, without brackets. */
  readonly host: string
  readonly port: number
  /** What the header `host` says. */
  readonly authority: string
}

const originPattern = /^(https?):\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:@?#[\]]+)(?::(\d{1,5}))?$/
const maxPort = 65_535

/** @throws SystemError, `EINVAL` for what is no origin */
export function parseOrigin(text: string): Origin {
  const [, scheme, host = '', digits] = originPattern.exec(text) ?? []
  const isSecure = scheme === 'https'
  const usualPort = isSecure ? 443 : 80
  const port = digits === undefined ? usualPort : Number(digits)
  if (scheme === undefined || port > maxPort) {
    const detail = 'expected a scheme, a host and a port'
    throw refusal('EINVAL', { operation: 'connect to', object: text, detail })
  }
  const authority = port === usualPort ? host : `${host}:${port}`
  return { isSecure, host: host.replace(/^\[|\]$/g, ''), port, authority }
}

// Nothing that would end a line, or the path, for the server (RFC 9112, section 3).
const pathPattern = /^\/[\x21-\x7e]*$/
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const valuePattern = /^[\t\x20-\x7e]*$/

/** @throws SystemError, `EINVAL` for what HTTP cannot carry; values of headers are not told, they may be secret */
export function checkRequest({ path, headers = {} }: HttpRequest, attempt: Attempt): void {
  if (!pathPattern.test(path)) throw refusal('EINVAL', { ...attempt, detail: 'this is no path' })
  for (const [name, value] of Object.entries(headers)) {
    const detail = `the header ${JSON.stringify(name)} cannot be sent`
    const isFit = namePattern.test(name) && valuePattern.test(value)
    if (!isFit) throw refusal('EINVAL', { ...attempt, detail })
  }
}
