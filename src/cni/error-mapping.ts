/** The one table that turns whatever was thrown into the error a runtime sees. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { ConfigError } from '#base/config-error.ts'
import { isSystemError } from '#base/system-error.ts'

/** A row of the table; `docs/errors.md` has the same rows, and a test compares them. */
export interface ErrorRule {
  /** What was thrown, as the document calls it. */
  readonly thrown: string
  readonly applies: (error: unknown) => boolean
  readonly code: number
  /** The code on STATUS, where 50 says that the plugin can do nothing for now. */
  readonly statusCode: number
}

const { invalidConfig, tryAgainLater, unavailable, internal } = cniErrorCodes

/** The first row that applies decides. A `CniError` needs none: it has its code. */
export const errorRules: readonly ErrorRule[] = [
  {
    thrown: 'ConfigError',
    applies: (error) => error instanceof ConfigError,
    code: invalidConfig,
    statusCode: invalidConfig,
  },
  {
    thrown: 'SystemError EAGAIN, EBUSY, ETIMEDOUT',
    applies: (error) => isSystemError(error, 'EAGAIN', 'EBUSY', 'ETIMEDOUT'),
    code: tryAgainLater,
    statusCode: unavailable,
  },
]

/**
 * What the runtime is told. An error that wraps another is judged by the outermost one in its chain
 * of causes that the table knows. Where several failed, the first failure is judged; the others are
 * told in `details`, as are failures to undo.
 */
export function toCniError(thrown: unknown, command: string): CniError {
  const { chain, others } = unfold(thrown)
  const decided = chain.find((error) => error instanceof CniError)
  if (decided !== undefined) {
    const details = joinTexts([decided.details, ...others])
    return new CniError(decided.code, decided.msg, details, { cause: thrown })
  }
  const [first, ...causes] = chain.map(messageOf)
  const msg = first || 'an error without a message was thrown'
  const unsaid = causes.filter((cause) => !msg.includes(cause))
  const details = joinTexts([...unsaid, ...others])
  return new CniError(codeOf(chain, command), msg, details, { cause: thrown })
}

function codeOf(chain: readonly unknown[], command: string): number {
  for (const error of chain) {
    const rule = errorRules.find(({ applies }) => applies(error))
    if (rule !== undefined) return command === 'STATUS' ? rule.statusCode : rule.code
  }
  return internal
}

interface Unfolded {
  /** The first failure and its causes, outermost first. */
  readonly chain: readonly unknown[]
  /** What else failed, a sentence each. */
  readonly others: readonly string[]
}

function unfold(thrown: unknown): Unfolded {
  const chain: unknown[] = []
  const others: string[] = []
  const seen = new Set<unknown>()
  let next: unknown = thrown
  while (!seen.has(next)) {
    seen.add(next)
    if (isSuppressedError(next)) {
      others.push(describe(next.error))
      next = next.suppressed
    } else if (next instanceof AggregateError && next.errors.length > 0) {
      const [first, ...rest]: unknown[] = next.errors
      others.push(...rest.map(describe))
      next = first
    } else {
      chain.push(next)
      if (!(next instanceof Error) || next.cause === undefined) break
      next = next.cause
    }
  }
  return { chain, others }
}

/** A failure beside the first one, in one text. */
function describe(thrown: unknown): string {
  const { chain, others } = unfold(thrown)
  return joinTexts([messageOf(chain[0]), ...others])
}

interface Suppression extends Error {
  /** What failed later, while leaving the scope. */
  readonly error: unknown
  /** What failed first. */
  readonly suppressed: unknown
}

/** By its shape: engines without the class have a look-alike of the compiler's. */
function isSuppressedError(thrown: unknown): thrown is Suppression {
  return thrown instanceof Error && 'error' in thrown && 'suppressed' in thrown
}

function joinTexts(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('; ')
}
