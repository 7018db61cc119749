import { expect, test } from 'vitest'
import { decodePacket } from '#ipam/dhcp/client/packets.ts'
import type { ClientState, Context } from '#ipam/dhcp/client/state.ts'
import { advance, begin } from '#ipam/dhcp/client/transitions.ts'
import { type RecordedFrame, recordedFrame } from '#test/lab/recorded-frames.ts'
import { settings } from './fake-segment.ts'

const identifier = Uint8Array.from(Buffer.from('\0pod-7/lan/eth0', 'latin1'))

/** Chance gives exactly the number that the recorded client had for the exchange. */
function contextOf({ payload }: RecordedFrame, nowMs: number): Context {
  const transaction = payload.slice(28 + 4, 28 + 8)
  const random = { bytes: () => transaction }
  return { settings: { ...settings, identifier }, random, nowMs }
}

function hear(state: ClientState, frame: RecordedFrame, nowMs: number) {
  return advance(state, decodePacket(frame), contextOf(frame, nowMs))
}

test('a client makes of the answers of dnsmasq what udhcpc makes of them', () => {
  const [offer, ack] = ['DHCPOFFER', 'DHCPACK'].map((title) => recordedFrame('lease', title))
  if (offer === undefined || ack === undefined) throw new Error('unreachable')
  const { state: selecting } = begin({ isLinkUp: true, hasBudget: true }, contextOf(offer, 0))
  const { state: requesting, actions } = hear(selecting, offer, 1)
  expect(actions).toMatchObject([{ sending: { message: { transaction: 0xe416f1c } } }])
  const { state: bound } = hear(requesting, ack, 2)
  expect(bound).toMatchObject({
    phase: 'bound',
    lease: { serverMac: '02:00:00:00:00:01', times: { renewalMs: 5_000 } },
  })
  const nak = recordedFrame('nak', 'DHCPNAK')
  const { state: renewing } = advance(bound, { kind: 'alarm' }, contextOf(nak, 5_001))
  expect(renewing.phase).toBe('renewing')
  expect(hear(renewing, nak, 5_002)).toMatchObject({
    state: { phase: 'selecting', trouble: 'DHCPNAK of 10.220.0.1: address not available' },
    actions: [{ kind: 'lose', loss: 'refused' }, { kind: 'send' }],
  })
})
