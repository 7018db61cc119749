/** The sentences of a CHECK that found something else than it expected. */

/** `mode: expected bridge, found vepa`, or nothing when both are the same. */
export function difference(
  what: string,
  expected: string | number,
  found: string | number | undefined,
): string[] {
  return expected === found ? [] : [`${what}: expected ${expected}, found ${found ?? 'none'}`]
}

/** Values for a message; `none` when there are none. */
export function listed(values: readonly { toString(): string }[]): string {
  return values.length === 0 ? 'none' : values.join(', ')
}
