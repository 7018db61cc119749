import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { alarmOf6 } from '#ipam/dhcp/v6/client/alarms.ts'
import type { ClientEvent6, ClientState6, Context6, Step6 } from '#ipam/dhcp/v6/client/state.ts'
import { advance6, begin6 } from '#ipam/dhcp/v6/client/transitions.ts'
import type { MessageType6 } from '#ipam/dhcp/v6/message/option-codes.ts'
import { settings } from './fake-segment.ts'
import { FakeServer6, withOptions } from './fake-server.ts'

/** Something that happens to a client: an event that may depend on its state, or some time. */
type Happening = number | ((state: ClientState6) => ClientEvent6)

/** What a server takes the client's question for, right or wrong. */
const anyQuestion = fc.constantFrom<MessageType6>('request', 'request', 'confirm', 'renew')

const anyTerms = fc.constantFrom<readonly [number, number, number, number]>(
  [0, 0, 1, 1],
  [0, 0, 60, 120],
  [50, 80, 100, 200],
  [0, 0, 0xffffffff, 0xffffffff],
  [0, 0, 0, 0],
  [9, 8, 10, 10],
)

const anyAnswer: fc.Arbitrary<Happening> = fc
  .record({
    question: anyQuestion,
    type: fc.constantFrom<'advertise' | 'reply'>('advertise', 'reply', 'reply'),
    terms: anyTerms,
    status: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3, 4, 5),
    preference: fc.constantFrom(undefined, 0, 255),
    isRapid: fc.boolean(),
    name: fc.constantFrom('A', 'A', 'A', 'B'),
    last: fc.integer({ min: 3, max: 4 }),
  })
  .map(({ question, type, isRapid, last, status, name, terms, preference }) => (state) => {
    const server = new FakeServer6(name)
    server.given = parseIpAddress(`fd00::${last}`)
    server.statuses = { [question]: status }
    server.terms = terms
    server.preference = preference
    const transaction = 'exchange' in state ? state.exchange.transaction : 7
    const association = { iaid: 33, renewalSeconds: 0, rebindingSeconds: 0, addresses: [] }
    const message = server.reply(
      {
        type: question,
        transaction,
        associations: [{ ...association, options: new Map() }],
        options: new Map([[1, settings.duid]]),
      },
      type,
    )
    const rapid = isRapid ? { 14: new Uint8Array() } : {}
    const received = { message: withOptions(message, rapid), sender: server.address }
    return { kind: 'message', received }
  })

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: anyAnswer },
  { weight: 4, arbitrary: fc.constantFrom(10, 1_200, 5_000, 40_000, 50_000, 200_000) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Happening>(
      () => ({ kind: 'linkUp' }),
      () => ({ kind: 'linkDown' }),
      () => ({ kind: 'alarm' }),
      () => ({ kind: 'conflict', hasBudget: false }),
    ),
  },
)

test('a client stays sound, whatever happens to it in whatever order', () => {
  const visited = new Set<string>()
  fc.assert(
    fc.property(
      fc.array(anyHappening, { minLength: 20, maxLength: 60 }),
      fc.constantFrom(true, false, false, false),
      fc.boolean(),
      (happenings, hasBudget, rapidCommit) => {
        for (const state of walk(happenings, { ...settings, rapidCommit }, hasBudget)) {
          visited.add(state.phase)
        }
      },
    ),
    { numRuns: 300 },
  )
  expect([...visited].sort()).toEqual([
    'bound',
    'confirming',
    'declining',
    'init',
    'rebinding',
    'releasing',
    'renewing',
    'requesting',
    'soliciting',
    'stopped',
  ])
})

/** The states of a client to which all this happens, and which gives all back in the end. */
function* walk(
  happenings: readonly Happening[],
  ours: Context6['settings'],
  hasBudget: boolean,
): Generator<ClientState6> {
  let nowMs = 0
  const random = { bytes: (count: number) => new Uint8Array(count).fill(nowMs % 251) }
  const context = () => ({ settings: ours, random, nowMs })
  let { state } = begin6({ isLinkUp: true, hasBudget }, context())
  const take = (event: ClientEvent6) => {
    const step = advance6(state, event, context())
    expectSound(state, step)
    state = step.state
    return state
  }
  const wait = function* (untilMs: number) {
    // The shortest wait is half a second: an alarm that leads nowhere shows here.
    for (let rings = 0; (alarmOf6(state) ?? Infinity) <= untilMs; rings += 1) {
      expect(rings).toBeLessThan(1000)
      nowMs = Math.max(nowMs, alarmOf6(state) ?? 0)
      yield take({ kind: 'alarm' })
    }
    nowMs = untilMs
  }
  for (const happening of happenings) {
    if (typeof happening === 'number') yield* wait(nowMs + happening)
    else yield take(happening(state))
  }
  yield take({ kind: 'stop', releases: true })
  yield* wait(nowMs + 20_000)
  expect([state.phase, alarmOf6(state)]).toEqual(['stopped', undefined])
}

function expectSound(before: ClientState6, { state, actions }: Step6): void {
  const kinds = actions.map(({ kind }) => kind)
  expect(kinds.length).toBeLessThanOrEqual(3)
  expect(kinds.includes('hold')).toBe(state.phase === 'bound' && before.phase !== 'bound')
  if (!before.isLinkUp && !state.isLinkUp) expect(kinds).not.toContain('send')
  if (kinds.includes('fail') || kinds.includes('released')) expect(state.phase).toBe('stopped')
  if (kinds.includes('lose')) {
    expect('lease' in before || ('previous' in before && before.previous !== undefined)).toBe(true)
  }
  if (before.phase === 'stopped') expect([state.phase, kinds]).toEqual(['stopped', []])
}
