import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { alarmOf } from '#ipam/dhcp/client/alarms.ts'
import type { ClientEvent, ClientState, Context, Step } from '#ipam/dhcp/client/state.ts'
import { advance, begin } from '#ipam/dhcp/client/transitions.ts'
import { optionsOf } from './arbitraries.ts'
import { clientMac, settings } from './fake-segment.ts'
import { emptyRequest, FakeServer } from './fake-server.ts'

/** Something that happens to a client: an event that may depend on its state, or some time. */
type Happening = number | ((state: ClientState) => ClientEvent)

const server = new FakeServer()

const anyAnswer: fc.Arbitrary<Happening> = fc
  .record({
    type: fc.constantFrom('discover', 'offer', 'offer', 'offer', 'ack', 'ack', 'ack', 'nak'),
    leaseTime: fc.constantFrom('00000001', '0000003c', '00015180', '00', '00000000', 'ffffffff'),
    last: fc.integer({ min: 3, max: 4 }),
  })
  .map(({ type, leaseTime, last }) => (state) => {
    const transaction = 'exchange' in state ? state.exchange.on.transaction : 7
    const reply = server.reply({ ...emptyRequest(clientMac), transaction }, type)
    const options = new Map([...reply.options, ...optionsOf({ 51: leaseTime })])
    const yourAddress = parseIpAddress(`10.1.2.${last}`)
    return { kind: 'message', received: { message: { ...reply, yourAddress, options } } }
  })

const anyClaim: fc.Arbitrary<Happening> = fc.integer({ min: 3, max: 4 }).map((last) => () => {
  const senderAddress = parseIpAddress(`10.1.2.${last}`)
  const senderMac = parseMac('02:00:00:00:00:99')
  const addresses = { senderMac, senderAddress, targetAddress: senderAddress }
  return { kind: 'arp', packet: { operation: 'reply', ...addresses } }
})

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: anyAnswer },
  { weight: 4, arbitrary: fc.constantFrom(10, 60, 5_000, 40_000, 50_000, 200_000) },
  { weight: 1, arbitrary: anyClaim },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Happening>(
      () => ({ kind: 'linkUp' }),
      () => ({ kind: 'linkDown' }),
      () => ({ kind: 'alarm' }),
    ),
  },
)

test('a client stays sound, whatever happens to it in whatever order', () => {
  const visited = new Set<string>()
  fc.assert(
    fc.property(
      fc.array(anyHappening, { minLength: 20, maxLength: 60 }),
      fc.constantFrom(true, false, false, false),
      fc.nat(2),
      (happenings, hasBudget, count) => {
        const conflictProbe = { count, intervalMs: 50 }
        for (const state of walk(happenings, { ...settings, conflictProbe }, hasBudget)) {
          visited.add(state.phase)
        }
      },
    ),
    { numRuns: 300 },
  )
  expect([...visited].sort()).toEqual([
    'bound',
    'init',
    'probing',
    'rebinding',
    'rebooting',
    'renewing',
    'requesting',
    'selecting',
    'stopped',
  ])
})

/** The states of a client to which all this happens, and which is stopped in the end. */
function* walk(
  happenings: readonly Happening[],
  ours: Context['settings'],
  hasBudget: boolean,
): Generator<ClientState> {
  const random = { bytes: (count: number) => new Uint8Array(count).fill(nowMs % 251) }
  const context = (nowMs: number): Context => ({ settings: ours, random, nowMs })
  let nowMs = 0
  let { state } = begin({ isLinkUp: true, hasBudget }, context(nowMs))
  const take = (event: ClientEvent) => {
    const step = advance(state, event, context(nowMs))
    expectSound(state, step)
    state = step.state
  }
  for (const happening of happenings) {
    if (typeof happening !== 'number') take(happening(state))
    else {
      const untilMs = nowMs + happening
      // The shortest wait is half a second, but for probes: an alarm that leads nowhere shows here.
      for (let rings = 0; (alarmOf(state) ?? Infinity) <= untilMs; rings += 1) {
        expect(rings).toBeLessThan(1000)
        nowMs = Math.max(nowMs, alarmOf(state) ?? 0)
        take({ kind: 'alarm' })
        yield state
      }
      nowMs = untilMs
    }
    yield state
  }
  take({ kind: 'stop', releases: true })
  expect([state.phase, alarmOf(state)]).toEqual(['stopped', undefined])
}

function expectSound(before: ClientState, { state, actions }: Step): void {
  const kinds = actions.map(({ kind }) => kind)
  expect(kinds.length).toBeLessThanOrEqual(3)
  expect(kinds.includes('hold')).toBe(state.phase === 'bound' && before.phase !== 'bound')
  if (!before.isLinkUp && !state.isLinkUp) {
    expect(kinds.some((kind) => kind === 'send' || kind === 'probe')).toBe(false)
  }
  if (kinds.includes('fail')) expect(state.phase).toBe('stopped')
  if (kinds.includes('lose')) expect('lease' in before).toBe(true)
  if (before.phase === 'stopped') expect([state.phase, kinds]).toEqual(['stopped', []])
}
