/** Waiting until a link carries what is sent on it. */

import { expect, vi } from 'vitest'
import type { LabNamespace } from './namespace.ts'

/**
 * Waits until what is sent on a link is no longer dropped, which begins some time after the other
 * end of the cable has come up, or a program has opened the tap.
 */
export async function awaitReady(space: LabNamespace, link: string): Promise<void> {
  const isUp = () => expect(space.findLink(link)).toMatchObject({ operstate: 'UP' })
  await vi.waitFor(isUp, { timeout: 10_000 })
}
