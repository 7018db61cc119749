/** A message that is sent until it is answered: its first transmission and the others. */

import { randomUint32 } from '#ipam/dhcp/chance.ts'
import type { Sending, Transaction } from './requests.ts'
import type { Action, Context, Exchange } from './state.ts'
import { backoffMs } from './waits.ts'

/** Makes the message of a transaction. */
export type Draft = (on: Transaction) => Sending

/** An exchange after a transmission, and the transmission. */
export interface Transmission {
  readonly exchange: Exchange
  readonly action: Action
}

/** A new transaction. */
export function beginExchange(context: Context, draft: Draft): Transmission {
  return continueExchange(
    { transaction: randomUint32(context.random), elapsedMs: 0 },
    context,
    draft,
  )
}

/** Another message of a transaction, such as the DHCPREQUEST after a DHCPOFFER. */
export function continueExchange(on: Transaction, context: Context, draft: Draft): Transmission {
  const { nowMs } = context
  const resendAtMs = nowMs + backoffMs(1, context.settings.timing, context.random)
  const exchange = { on, startedMs: nowMs, sentMs: nowMs, sends: 1, resendAtMs }
  return { exchange, action: { kind: 'send', sending: draft(on) } }
}

/** The same message once more, `elapsedMs` brought up to date. */
export function repeatExchange(exchange: Exchange, context: Context, draft: Draft): Transmission {
  const { nowMs } = context
  const elapsedMs = nowMs - exchange.startedMs
  return resend({ ...exchange, on: { ...exchange.on, elapsedMs } }, context, draft)
}

/** The very same message once more. */
export function resend(exchange: Exchange, context: Context, draft: Draft): Transmission {
  const { nowMs, settings, random } = context
  const sends = exchange.sends + 1
  const resendAtMs = nowMs + backoffMs(sends, settings.timing, random)
  const again = { ...exchange, sentMs: nowMs, sends, resendAtMs }
  return { exchange: again, action: { kind: 'send', sending: draft(exchange.on) } }
}
