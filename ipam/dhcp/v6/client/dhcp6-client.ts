/** A client at work: the state table between a link, a clock, and whoever uses the lease. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { unlessRefused } from '#ipam/dhcp/packet/packet-error.ts'
import type { LeaseHolder, Ports } from '#ipam/dhcp/ports.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { WakeUp } from '#ipam/dhcp/wake-up.ts'
import type { ReceivedPacket } from '#kernel/packet-socket.ts'
import { alarmOf6 } from './alarms.ts'
import { leaseInUse } from './leaving.ts'
import { decodePacket6, messagePacket6 } from './packets.ts'
import type { ClientSettings6 } from './settings.ts'
import type { Action6, ClientEvent6, ClientState6, Context6, PhaseName6, Step6 } from './state.ts'
import { advance6, type Beginning6, begin6 } from './transitions.ts'

/** Who uses the lease. */
export interface LeaseUser6 extends LeaseHolder<Lease6> {
  /**
   * After `release()`, once: the client has stopped. `isConfirmed` tells whether the server knows, or there
   * was nothing to give back; otherwise it has been told often enough without an answer.
   */
  released?(isConfirmed: boolean): void
}

export type ClientPorts6 = Ports<LeaseUser6>

/**
 * Never waits: it acts on what it is told, and asks to be woken. So whatever it is in the middle of,
 * it can be stopped at once.
 */
export class Dhcp6Client {
  readonly #settings: ClientSettings6
  readonly #ports: ClientPorts6
  readonly #wakeUp: WakeUp
  #state: ClientState6

  /** Begins at once. */
  constructor(settings: ClientSettings6, beginning: Beginning6, ports: ClientPorts6) {
    this.#settings = settings
    this.#ports = ports
    this.#wakeUp = new WakeUp(ports, () => this.#on({ kind: 'alarm' }))
    const { state, actions } = begin6(beginning, this.#context())
    this.#state = state
    this.#take({ state, actions })
  }

  get phase(): PhaseName6 {
    return this.#state.phase
  }

  /** The lease that is in use, if any. */
  get lease(): Lease6 | undefined {
    return leaseInUse(this.#state)
  }

  /** Whatever comes in on the link; what is not for the client, or damaged, is passed over. */
  receive(packet: ReceivedPacket): void {
    const event = unlessRefused(() => decodePacket6(packet))
    if (event !== undefined) this.#on(event)
  }

  setLinkUp(isUp: boolean): void {
    this.#on({ kind: isUp ? 'linkUp' : 'linkDown' })
  }

  /**
   * Duplicate address detection has found somebody else with the address: tells the server, and gets another
   * one. With `hasBudget` somebody waits for it, and the time for that begins now.
   */
  decline({ hasBudget }: Pick<Beginning6, 'hasBudget'>): void {
    this.#on({ kind: 'conflict', hasBudget })
  }

  /**
   * Gives the address back, which must not be in use any more, and ends. It is said at once, and again
   * until the server confirms it; whoever has no time for that abandons the client meanwhile. A client that
   * begins with a lease and a link that is down, and is released before that is up, does nothing else.
   */
  release(): void {
    this.#on({ kind: 'stop', releases: true })
  }

  /** Ends and keeps the lease, for another client that begins with it. */
  abandon(): void {
    this.#on({ kind: 'stop', releases: false })
  }

  #on(event: ClientEvent6): void {
    this.#take(advance6(this.#state, event, this.#context()))
  }

  #take({ state, actions }: Step6): void {
    // Nothing but noise on the link, which there may be a lot of.
    if (state === this.#state && this.#wakeUp.isSet) return
    this.#state = state
    this.#wakeUp.set(alarmOf6(state))
    for (const action of actions) this.#act(action)
  }

  #act(action: Action6): void {
    const { transport, user } = this.#ports
    switch (action.kind) {
      case 'send':
        transport.send(messagePacket6(action.message, this.#settings))
        break
      case 'hold':
        user.hold(action.lease, action.previous)
        break
      case 'lose':
        user.lose(action.lease, action.loss)
        break
      case 'fail':
        user.fail(acquisitionError(this.#settings, action.reason))
        break
      case 'released':
        user.released?.(action.isConfirmed)
    }
  }

  #context(): Context6 {
    const { random, clock } = this.#ports
    return { settings: this.#settings, random, nowMs: clock.monotonicMs() }
  }
}

function acquisitionError({ source }: ClientSettings6, reason: string): CniError {
  return new CniError(cniErrorCodes.tryAgainLater, `acquire DHCPv6 lease for ${source}: ${reason}`)
}
