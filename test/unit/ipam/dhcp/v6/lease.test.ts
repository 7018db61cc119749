import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeResult } from '#cni/result-versions.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { assignmentOf6 } from '#ipam/dhcp/v6/lease/assignment.ts'
import { judge, momentsOf6, readLease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { readLeaseTimes6 } from '#ipam/dhcp/v6/lease/lease-times.ts'
import type { AddressAssociation } from '#ipam/dhcp/v6/message/address-association.ts'
import { type Dhcp6Message, decodeMessage6 } from '#ipam/dhcp/v6/message/message.ts'
import { optionsOf } from '#test/unit/ipam/dhcp/arbitraries.ts'
import { recordedMessage } from './arbitraries.ts'

const recorded = decodeMessage6(recordedMessage('REPLY to REQUEST'))
const claim = { iaid: 33, wanted: undefined }
const origin = {
  server: Uint8Array.of(0, 3, 1),
  serverAddress: parseIpAddress('fe80::1'),
  sinceMs: 1000,
  options: recorded.options,
}

/** T1 and T2, preferred and valid lifetime in seconds. */
type Terms = readonly [t1: number, t2: number, preferred: number, valid: number]

function associationOf(
  [renewalSeconds, rebindingSeconds, preferred, valid]: Terms,
  text = 'fd00::3',
) {
  const given = {
    address: parseIpAddress(text),
    preferredSeconds: preferred,
    validSeconds: valid,
    options: new Map<number, Uint8Array>(),
  }
  const options = new Map<number, Uint8Array>()
  return { iaid: 33, renewalSeconds, rebindingSeconds, addresses: [given], options }
}

function timesOf(terms: Terms) {
  const association = associationOf(terms)
  const [given] = association.addresses
  if (given === undefined) throw new Error('unreachable')
  return readLeaseTimes6(association, given)
}

const forever = 0xffffffff

describe('the times of a lease', () => {
  const stories: readonly [string, Terms, readonly (number | undefined)[]][] = [
    ['its own', [10, 20, 30, 40], [10, 20, 30, 40]],
    ['0.5 and 0.8 of the preferred lifetime', [0, 0, 100, 200], [50, 80, 100, 200]],
    ['of the valid lifetime where none is preferred', [0, 0, 0, 200], [100, 160, 0, 200]],
    ['with a T2 before the half', [0, 8, 100, 200], [5, 8, 100, 200]],
    ['with a T1 alone', [70, 0, 100, 200], [70, 80, 100, 200]],
    ['with a T1 behind what T2 is then', [90, 0, 100, 200], [50, 80, 100, 200]],
    ['with a T1 that is T2', [80, 80, 100, 200], [50, 80, 100, 200]],
    ['with a T2 at the end', [50, 200, 100, 200], [50, 80, 100, 200]],
    ['with times that never come', [forever, forever, 100, 200], [50, 80, 100, 200]],
    ['without end', [0, 0, forever, forever], [undefined, undefined, undefined, undefined]],
    ['without end, but renewed', [10, 20, forever, forever], [10, 20, undefined, undefined]],
    ['without end, but preferred for a time', [0, 0, 10, forever], [5, 8, 10, undefined]],
    ['with an infinite T2', [10, forever, forever, forever], [10, undefined, undefined, undefined]],
    ['of one second', [0, 0, 1, 1], [0.5, 0.8, 1, 1]],
  ]

  test.each(stories)('are %s', (_, terms, [t1, t2, preferred, valid]) => {
    const { renewalMs, rebindingMs, preferredMs, validMs } = timesOf(terms)
    const ms = [t1, t2, preferred, valid].map((seconds) => seconds && seconds * 1000)
    expect([renewalMs, rebindingMs, preferredMs, validMs]).toEqual(ms)
  })

  test('are in order, whatever a server says', () => {
    const anySeconds = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, forever))
    fc.assert(
      fc.property(fc.tuple(anySeconds, anySeconds, anySeconds, anySeconds), (terms) => {
        fc.pre(terms[2] <= terms[3] && terms[3] > 0)
        const { renewalMs = Infinity, rebindingMs = Infinity, validMs = Infinity } = timesOf(terms)
        expect(renewalMs).toBeGreaterThan(0)
        expect(renewalMs < rebindingMs || rebindingMs === Infinity).toBe(true)
        expect(rebindingMs < validMs || validMs === Infinity).toBe(true)
      }),
    )
  })

  test('count from the request', () => {
    const lease = {
      ...origin,
      address: parseIpPrefix('fd00::3/128'),
      times: timesOf([0, 0, 9, 10]),
    }
    expect(momentsOf6(lease)).toEqual({
      renewalAtMs: 5500,
      rebindingAtMs: 8200,
      expiryAtMs: 11_000,
    })
    expect(momentsOf6({ ...lease, times: {} })).toEqual({
      renewalAtMs: Infinity,
      rebindingAtMs: Infinity,
      expiryAtMs: Infinity,
    })
  })
})

describe('an answer', () => {
  test('of dnsmasq is a grant', () => {
    const judgement = judge(recorded, claim)
    if (judgement.kind !== 'grant') throw new Error(judgement.reason)
    const resolving = [...recorded.options].filter(([code]) => code === 23 || code === 24)
    expect(readLease6(judgement, origin)).toEqual({
      ...origin,
      options: new Map(resolving),
      address: parseIpPrefix('fd00:220::1c4/128'),
      times: { renewalMs: 60_000, rebindingMs: 105_000, preferredMs: 120_000, validMs: 120_000 },
    })
  })

  function answer(association?: AddressAssociation, status = '0000'): Dhcp6Message {
    const options = optionsOf({ 13: status })
    return { ...recorded, associations: association ? [association] : [], options }
  }
  const good = associationOf([5, 9, 10, 10])
  const [first] = good.addresses
  if (first === undefined) throw new Error('unreachable')

  test.each([
    ['a status', answer(good, '0001'), 1, 'UnspecFail'],
    ['no association', answer(), 0, 'nothing for the IAID 33'],
    ['another association', answer({ ...good, iaid: 34 }), 0, 'nothing for the IAID 33'],
    [
      'a status of the association',
      answer({ ...good, options: optionsOf({ 13: '0002 6e6f' }) }),
      2,
      'NoAddrsAvail: no',
    ],
    ['T1 after T2', answer(associationOf([10, 9, 20, 20])), 0, 'T1 of 10 s after T2 of 9 s'],
    ['no address', answer({ ...good, addresses: [] }), 0, 'no address'],
    [
      'a status of the address',
      answer({ ...good, addresses: [{ ...first, options: optionsOf({ 13: '0004' }) }] }),
      0,
      'fd00::3: NotOnLink',
    ],
    [
      'an address preferred for too long',
      answer(associationOf([0, 0, 11, 10])),
      0,
      'fd00::3 for 10 s, preferred for 11 s',
    ],
    [
      'an address for no time',
      answer(associationOf([0, 0, 0, 0])),
      0,
      'fd00::3 for 0 s, preferred for 0 s',
    ],
  ])('with %s is a refusal', (_, message, ...[status, reason]) => {
    expect(judge(message, claim)).toEqual({ kind: 'refusal', status, reason })
  })

  test.each([
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['febf::1', false],
    ['ff02::1', false],
    ['fec0::1', true],
    ['100::1', true],
    ['2001:db8::1', true],
    ['fdff:ffff::', true],
  ])('that gives the address %s is a grant: %s', (text, isGrant) => {
    const { kind } = judge(answer(associationOf([0, 0, 10, 10], text)), claim)
    expect(kind === 'grant').toBe(isGrant)
  })

  test('that tells T1 alone is a grant', () => {
    expect(judge(answer(associationOf([9, 0, 10, 10])), claim).kind).toBe('grant')
  })

  test('gives the wanted address before others', () => {
    const others = { ...first, address: parseIpAddress('fd00::4') }
    const message = answer({ ...good, addresses: [first, others] })
    const judged = (wanted: string | undefined) => {
      const judgement = judge(message, {
        iaid: 33,
        wanted: wanted ? parseIpAddress(wanted) : undefined,
      })
      return judgement.kind === 'grant' ? String(judgement.given.address) : judgement
    }
    expect([judged('fd00::4'), judged('fd00::5'), judged(undefined)]).toEqual([
      'fd00::4',
      'fd00::3',
      'fd00::3',
    ])
  })

  test('withdraws the wanted address, or gives another in its place', () => {
    const wanted = first.address
    const gone = associationOf([0, 0, 0, 0])
    expect(judge(answer(gone), { iaid: 33, wanted })).toEqual({
      kind: 'withdrawal',
      reason: 'fd00::3 is withdrawn',
    })
    const other = { ...first, address: parseIpAddress('fd00::4') }
    const replaced = answer({ ...gone, addresses: [...gone.addresses, other] })
    expect(judge(replaced, { iaid: 33, wanted })).toMatchObject({ kind: 'grant', given: other })
  })
})

describe('the assignment of a lease', () => {
  const lease = { ...origin, address: parseIpPrefix('fd00:220::1c4/128'), times: {} }
  const told = (addressingOnly: boolean, options = recorded.options) => {
    const assignment = assignmentOf6({ ...lease, options }, { addressingOnly })
    return JSON.parse(encodeResult({ interfaces: [], ...assignment }, '1.1.0'))
  }
  const address = { cniVersion: '1.1.0', ips: [{ address: 'fd00:220::1c4/128' }] }

  test('of dnsmasq is all of it', () => {
    expect(told(false)).toEqual({
      ...address,
      dns: {
        nameservers: ['fd00:220::2', 'fd00:220::3'],
        search: ['example.org', 'lab.example.org'],
      },
    })
  })

  test('is an address alone where that is wanted, or nothing else given', () => {
    expect(told(true)).toEqual(address)
    expect(told(false, new Map())).toEqual(address)
  })
})
