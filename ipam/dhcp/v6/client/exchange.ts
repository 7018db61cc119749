/** A message that is sent until it is answered: its first transmission and the others. */

import { randomUint32 } from '#ipam/dhcp/chance.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import type { Transaction6 } from './requests.ts'
import type { Action6, Context6, Exchange6 } from './state.ts'
import { nextWaitMs, type Pace } from './waits.ts'

/** What is sent, and how often. */
export interface Asking {
  readonly pace: Pace
  readonly draft: (on: Transaction6) => Dhcp6Message
}

/** An exchange after a transmission, and the transmission. */
export interface Transmission6 {
  readonly exchange: Exchange6
  readonly action: Action6
}

/** A new transaction. */
export function beginExchange6(asking: Asking, context: Context6): Transmission6 {
  return repeatExchange6(delayExchange6(0, context), asking, context)
}

/** A new transaction whose first message is sent later. */
export function delayExchange6(delayMs: number, { nowMs, random }: Context6): Exchange6 {
  const firstMs = nowMs + delayMs
  const moments = { startedMs: firstMs, sentMs: firstMs, resendAtMs: firstMs }
  return { transaction: randomUint32(random) & 0xffffff, sends: 0, waitMs: 0, ...moments }
}

/** The same message once more, the time that has passed brought up to date. */
export function repeatExchange6(
  exchange: Exchange6,
  { pace, draft }: Asking,
  { nowMs, random }: Context6,
): Transmission6 {
  const { transaction, sends } = exchange
  const startedMs = sends === 0 ? nowMs : exchange.startedMs
  const waitMs = nextWaitMs(exchange.waitMs, pace, random)
  const moments = { startedMs, sentMs: nowMs, resendAtMs: nowMs + waitMs }
  return {
    exchange: { transaction, sends: sends + 1, waitMs, ...moments },
    action: { kind: 'send', message: draft({ transaction, elapsedMs: nowMs - startedMs }) },
  }
}
