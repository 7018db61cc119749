/** When a client has to be woken. */

import { momentsOf6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { silenceEndsAtMs } from './keeping.ts'
import type { ClientState6 } from './state.ts'

/** When the client wants an `alarm` next; never, when nothing. */
export function alarmOf6(state: ClientState6): number | undefined {
  const moment = Math.min(giveUpMomentOf6(state), ...ownMomentsOf(state))
  return moment === Infinity ? undefined : moment
}

/** When trying ends, as long as there is nothing to lose by it; `Infinity` for never. */
export function giveUpMomentOf6({ phase, giveUpAtMs = Infinity }: ClientState6): number {
  const isTrying =
    phase === 'init' || phase === 'soliciting' || phase === 'requesting' || phase === 'declining'
  return isTrying ? giveUpAtMs : Infinity
}

function ownMomentsOf(state: ClientState6): readonly number[] {
  switch (state.phase) {
    case 'init':
      return [state.resumeAtMs]
    case 'soliciting':
    case 'declining':
    case 'releasing':
      return [state.exchange.resendAtMs]
    case 'requesting':
      return [state.exchange.resendAtMs, ...(state.previous ? [expiryOf(state.previous)] : [])]
    case 'bound':
      return [momentsOf6(state.lease).renewalAtMs]
    case 'renewing':
      return [state.exchange.resendAtMs, momentsOf6(state.lease).rebindingAtMs]
    case 'rebinding':
      return [state.exchange.resendAtMs, expiryOf(state.lease)]
    case 'confirming':
      return [state.exchange.resendAtMs, silenceEndsAtMs(state), expiryOf(state.lease)]
    case 'stopped':
      return []
  }
}

function expiryOf(lease: Parameters<typeof momentsOf6>[0]): number {
  return momentsOf6(lease).expiryAtMs
}
