/** A client at work: the state table between a link, a clock, and whoever uses the lease. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import { unlessRefused } from '#ipam/dhcp/packet/packet-error.ts'
import type { LeaseHolder, Ports } from '#ipam/dhcp/ports.ts'
import { WakeUp } from '#ipam/dhcp/wake-up.ts'
import type { ReceivedPacket } from '#kernel/packet-socket.ts'
import { alarmOf } from './alarms.ts'
import { decodePacket, messagePacket, probePacket } from './packets.ts'
import type { ClientSettings } from './settings.ts'
import type { Action, ClientEvent, ClientState, Context, PhaseName, Step } from './state.ts'
import { advance, type Beginning, begin } from './transitions.ts'

/** Who uses the lease. */
export type LeaseUser = LeaseHolder<Lease>

export type ClientPorts = Ports<LeaseUser>

/**
 * Never waits: it acts on what it is told, and asks to be woken. So whatever it is in the middle of,
 * it can be stopped at once.
 */
export class DhcpClient {
  readonly #settings: ClientSettings
  readonly #ports: ClientPorts
  readonly #wakeUp: WakeUp
  #state: ClientState

  /** Begins at once. */
  constructor(settings: ClientSettings, beginning: Beginning, ports: ClientPorts) {
    this.#settings = settings
    this.#ports = ports
    this.#wakeUp = new WakeUp(ports, () => this.#on({ kind: 'alarm' }))
    const { state, actions } = begin(beginning, this.#context())
    this.#state = state
    this.#take({ state, actions })
  }

  get phase(): PhaseName {
    return this.#state.phase
  }

  /** The lease that is in use, if any. */
  get lease(): Lease | undefined {
    const state = this.#state
    if (state.phase === 'probing') return state.previous
    return 'lease' in state ? state.lease : undefined
  }

  /** Whatever comes in on the link; what is not for the client, or damaged, is passed over. */
  receive(packet: ReceivedPacket): void {
    const event = unlessRefused(() => decodePacket(packet))
    if (event !== undefined) this.#on(event)
  }

  setLinkUp(isUp: boolean): void {
    this.#on({ kind: isUp ? 'linkUp' : 'linkDown' })
  }

  /** Gives the address back, and ends. */
  release(): void {
    this.#on({ kind: 'stop', releases: true })
  }

  /** Ends and keeps the lease, for another client that begins with it. */
  abandon(): void {
    this.#on({ kind: 'stop', releases: false })
  }

  #on(event: ClientEvent): void {
    this.#take(advance(this.#state, event, this.#context()))
  }

  #take({ state, actions }: Step): void {
    // Nothing but noise on the link, which there may be a lot of.
    if (state === this.#state && this.#wakeUp.isSet) return
    this.#state = state
    this.#wakeUp.set(alarmOf(state))
    for (const action of actions) this.#act(action)
  }

  #act(action: Action): void {
    const { transport, user } = this.#ports
    switch (action.kind) {
      case 'send':
        transport.send(messagePacket(action.sending))
        break
      case 'probe':
        transport.send(probePacket(action.claim))
        break
      case 'hold':
        user.hold(action.lease, action.previous)
        break
      case 'lose':
        user.lose(action.lease, action.loss)
        break
      case 'fail':
        user.fail(acquisitionError(this.#settings, action.reason))
    }
  }

  #context(): Context {
    const { random, clock } = this.#ports
    return { settings: this.#settings, random, nowMs: clock.monotonicMs() }
  }
}

function acquisitionError({ mac }: ClientSettings, reason: string): CniError {
  return new CniError(cniErrorCodes.tryAgainLater, `acquire DHCP lease for ${mac}: ${reason}`)
}
