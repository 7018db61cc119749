/** When a client has to be woken. */

import { momentsOf } from '#ipam/dhcp/lease/lease.ts'
import type { ClientState } from './state.ts'

/** When the client wants an `alarm` next; never, when nothing. */
export function alarmOf(state: ClientState): number | undefined {
  const moments = [giveUpMomentOf(state), ...ownMomentsOf(state)]
  const known = moments.filter((moment) => moment !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** When trying ends, as long as there is nothing to lose by it. */
export function giveUpMomentOf({ phase, giveUpAtMs }: ClientState): number | undefined {
  const isTrying = phase === 'init' || phase === 'selecting' || phase === 'requesting'
  return isTrying ? giveUpAtMs : undefined
}

function ownMomentsOf(state: ClientState): readonly (number | undefined)[] {
  switch (state.phase) {
    case 'init':
      return [state.resumeAtMs]
    case 'selecting':
    case 'requesting':
      return [state.exchange.resendAtMs]
    case 'probing':
      // Silence means nothing while the link is down, however long that takes.
      return state.isLinkUp ? [state.resendAtMs] : []
    case 'bound':
      return [state.renewAtMs]
    case 'renewing':
      return [state.exchange.resendAtMs, momentsOf(state.lease)?.rebindingAtMs]
    case 'rebinding':
    case 'rebooting':
      return [state.exchange.resendAtMs, momentsOf(state.lease)?.expiryAtMs]
    case 'stopped':
      return []
  }
}
