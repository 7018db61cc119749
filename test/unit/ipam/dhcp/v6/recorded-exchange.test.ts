import { expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { decodePacket6 } from '#ipam/dhcp/v6/client/packets.ts'
import type { ClientEvent6, ClientState6, Context6 } from '#ipam/dhcp/v6/client/state.ts'
import { advance6, begin6 } from '#ipam/dhcp/v6/client/transitions.ts'
import { recordedFrame } from '#test/lab/recorded-frames.ts'
import { bytesOf } from '#test/unit/ipam/dhcp/arbitraries.ts'
import { settings } from './fake-segment.ts'

const ours = { ...settings, duid: bytesOf('0003 0001 020000000021') }

/** Chance gives exactly the number that the recorded client had for the exchange of a frame. */
function contextOf(title: string, nowMs: number): Context6 {
  const transaction = recordedFrame('lease6', title).payload.slice(49, 52)
  return { settings: ours, random: { bytes: () => Uint8Array.of(0, ...transaction) }, nowMs }
}

function answer(title: string): ClientEvent6 {
  return decodePacket6(recordedFrame('lease6', title))
}

function summary({ phase, ...state }: ClientState6) {
  return [phase, 'lease' in state ? String(state.lease.address) : undefined]
}

test('a client makes of the answers of dnsmasq what dhclient makes of them', () => {
  const solicited = begin6({ isLinkUp: true, hasBudget: true }, contextOf('ADVERTISE', 0))
  const requesting = advance6(
    solicited.state,
    answer('ADVERTISE'),
    contextOf('REPLY to REQUEST', 1),
  )
  expect(requesting.actions).toMatchObject([{ kind: 'send', message: { type: 'request' } }])
  const reply = answer('REPLY to REQUEST')
  const { state: held } = advance6(requesting.state, reply, contextOf('REPLY to REQUEST', 2))
  expect(held).toMatchObject({
    phase: 'bound',
    lease: {
      serverAddress: parseIpAddress('fe80::ff:fe00:1'),
      times: { renewalMs: 60_000, rebindingMs: 105_000, preferredMs: 120_000, validMs: 120_000 },
      sinceMs: 1,
    },
  })
  const renewing = contextOf('REPLY to RENEW', 60_001)
  const { state: asking } = advance6(held, { kind: 'alarm' }, renewing)
  expect(summary(asking)).toEqual(['renewing', 'fd00:220::1c4/128'])
  const { state: renewed } = advance6(asking, answer('REPLY to RENEW'), renewing)
  expect(renewed).toMatchObject({ phase: 'bound', lease: { sinceMs: 60_001 } })
  confirmAndRelease(renewed)
})

function confirmAndRelease(renewed: ClientState6): void {
  if (!('lease' in renewed)) throw new Error('there is no lease')
  const beginning = { isLinkUp: true, hasBudget: false, lease: renewed.lease }
  const confirming = contextOf('REPLY to CONFIRM', 70_000)
  const { state: begun } = begin6(beginning, confirming)
  const { state: asked } = advance6(begun, { kind: 'alarm' }, { ...confirming, nowMs: 71_000 })
  const { state: confirmed } = advance6(asked, answer('REPLY to CONFIRM'), confirming)
  expect(confirmed).toMatchObject({ phase: 'bound', lease: renewed.lease })
  const releasing = contextOf('REPLY to RELEASE', 80_000)
  const { state: leaving } = advance6(confirmed, { kind: 'stop', releases: true }, releasing)
  expect(advance6(leaving, answer('REPLY to RELEASE'), releasing)).toMatchObject({
    state: { phase: 'stopped' },
    actions: [{ kind: 'released', isConfirmed: true }],
  })
}
