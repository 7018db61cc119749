/** Failures as values. */

/** What an action is refused with; that it is not refused is a failure of the test. */
export async function failureOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (failure: unknown) => failure,
  )
}
