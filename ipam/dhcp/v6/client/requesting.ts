/** Asking for what a server has offered, or has forgotten: REQUEST and its REPLY. */

import { equalBytes } from '#ipam/dhcp/packet/bytes.ts'
import { judge, readLease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { statusCodes } from '#ipam/dhcp/v6/message/option-codes.ts'
import { requisition, restart, restartRefused } from './acquiring.ts'
import { repeatExchange6 } from './exchange.ts'
import { hold } from './holding.ts'
import { adopt, expire, extend, isOver, lose } from './keeping.ts'
import { type ClientState6, type Context6, memoryOf6, type Signal6, type Step6 } from './state.ts'
import { paces } from './waits.ts'

type Requesting = ClientState6<'requesting'>

/** RFC 8415 §18.2.10: they leave the answer open, so that the request is sent again. */
const passingStatuses: readonly number[] = [statusCodes.unspecFail, statusCodes.useMulticast]

export function repeatRequest(state: Requesting, _: Signal6, context: Context6): Step6 | undefined {
  const { previous, offered } = state
  if (previous !== undefined && isOver(previous, context)) return expire(state, previous, context)
  if (context.nowMs < state.exchange.resendAtMs) return undefined
  if (state.exchange.sends >= paces.request.mostSends) return giveUpOnServer(state, context)
  const { exchange, action } = repeatExchange6(
    state.exchange,
    requisition(offered, context),
    context,
  )
  return { state: { ...state, exchange }, actions: [action] }
}

export function acceptGrant(
  state: Requesting,
  { message, server, sender }: Signal6<'reply'>,
  context: Context6,
): Step6 | undefined {
  const { offered, previous, exchange } = state
  // The answer of another server is none to this request.
  if (!equalBytes(server, offered.server)) return undefined
  const judgement = judge(message, { iaid: context.settings.iaid, wanted: offered.address })
  if (judgement.kind === 'grant') {
    const { options } = message
    const origin = { server, serverAddress: sender, sinceMs: exchange.sentMs, options }
    return hold(state, { lease: readLease6(judgement, origin), previous })
  }
  const troubled = { ...state, trouble: `REPLY of ${sender}: ${judgement.reason}` }
  if (judgement.kind === 'refusal' && passingStatuses.includes(judgement.status)) {
    return { state: troubled, actions: [] }
  }
  return previous === undefined
    ? restartRefused(memoryOf6(troubled), context)
    : lose(troubled, previous, context)
}

/** The link may be another one, where the offer is nothing: what is in use is looked at first. */
export function requestElsewhere(state: Requesting, _: Signal6, context: Context6): Step6 {
  const { previous } = state
  return previous === undefined
    ? restart(memoryOf6(state), context)
    : adopt(state, previous, context)
}

/** With a lease in use there is time to go on asking for more of it. */
function giveUpOnServer(state: Requesting, context: Context6): Step6 {
  const { previous, offered } = state
  if (previous !== undefined) return extend(state, previous, context)
  const { address, serverAddress } = offered
  const trouble = `no answer to the REQUEST for ${address} of ${serverAddress}`
  return restart({ ...memoryOf6(state), trouble }, context)
}
