/** A client at work: the state table between a link, a clock, and whoever uses the lease. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Clock, Random } from '#host/host.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import type { ReceivedPacket, SentPacket } from '#kernel/packet-socket.ts'
import { alarmOf } from './alarms.ts'
import { decodePacket, messagePacket, probePacket } from './packets.ts'
import type { ClientSettings } from './settings.ts'
import type { Action, ClientEvent, ClientState, Context, Loss, PhaseName, Step } from './state.ts'
import { advance, type Beginning, begin } from './transitions.ts'

/** The link that a client talks over. */
export interface Transport {
  /** Sends now, without waiting; a packet that cannot be sent counts as lost. */
  send(packet: SentPacket): void
}

/** Calls back once. */
export interface Alarms {
  /** After `delayMs`, unless the answer is disposed before. */
  start(delayMs: number, ring: () => void): Disposable
}

/** Who uses the lease. Called from within a client's methods, and from its constructor. */
export interface LeaseUser {
  /** A lease is granted or extended; `previous`, where there was one, may have had another address. */
  hold(lease: Lease, previous: Lease | undefined): void
  /** The address must not be used any more. The client goes on trying to get another. */
  lose(lease: Lease, loss: Loss): void
  /** There is no lease in time, and the client has stopped. */
  fail(error: CniError): void
}

/** All that a client needs of the world. */
export interface ClientPorts {
  readonly transport: Transport
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly random: Random
  readonly alarms: Alarms
  readonly user: LeaseUser
}

/** Timers of some engines take no more than 24 days. */
const longestAlarmMs = 86_400_000

/**
 * Never waits: it acts on what it is told, and asks to be woken. So whatever it is in the middle of,
 * it can be stopped at once.
 */
export class DhcpClient {
  readonly #settings: ClientSettings
  readonly #ports: ClientPorts
  #state: ClientState
  #alarm: Disposable | undefined

  /** Begins at once. */
  constructor(settings: ClientSettings, beginning: Beginning, ports: ClientPorts) {
    this.#settings = settings
    this.#ports = ports
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
    const event = readPacket(packet)
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
    if (state === this.#state && this.#alarm !== undefined) return
    this.#state = state
    this.#setAlarm()
    for (const action of actions) this.#act(action)
  }

  #setAlarm(): void {
    this.#alarm?.[Symbol.dispose]()
    const { alarms, clock } = this.#ports
    const moment = alarmOf(this.#state)
    const delayMs = Math.max(0, (moment ?? 0) - clock.monotonicMs())
    this.#alarm =
      moment === undefined
        ? undefined
        : alarms.start(Math.min(delayMs, longestAlarmMs), () => this.#ring())
  }

  #ring(): void {
    this.#alarm = undefined
    this.#on({ kind: 'alarm' })
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

function readPacket(packet: ReceivedPacket): ClientEvent | undefined {
  try {
    return decodePacket(packet)
  } catch (error) {
    if (error instanceof PacketError) return undefined
    throw error
  }
}

function acquisitionError({ mac }: ClientSettings, reason: string): CniError {
  return new CniError(cniErrorCodes.tryAgainLater, `acquire DHCP lease for ${mac}: ${reason}`)
}
