/** What led to an error. */

/**
 * Gives an error its cause, as the constructor would. The constructors of QuickJS 0.16 lose some
 * memory for every error that is constructed with options, which a daemon would feel.
 */
export function withCause<E extends Error>(error: E, cause: unknown): E {
  const attributes = { writable: true, configurable: true, enumerable: false }
  return Object.defineProperty(error, 'cause', { value: cause, ...attributes })
}
