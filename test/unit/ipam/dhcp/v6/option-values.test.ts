import { describe, expect, test } from 'vitest'
import { decodeMessage6 } from '#ipam/dhcp/v6/message/message.ts'
import {
  findDuid,
  findSolicitMaxMs,
  isMostPreferred,
  listDnsServers,
  listSearchDomains6,
  preferenceOf,
  statusOf,
} from '#ipam/dhcp/v6/message/option-values.ts'
import { optionsOf } from '#test/unit/ipam/dhcp/arbitraries.ts'
import { recordedMessage } from './arbitraries.ts'

test('dnsmasq says who it is, how it went, and what else there is', () => {
  const { options } = decodeMessage6(recordedMessage('ADVERTISE'))
  expect(findDuid(options, 2)).toHaveLength(14)
  expect(statusOf(options)).toEqual({ code: 0, text: 'Success: success' })
  expect([preferenceOf(options), isMostPreferred(options)]).toEqual([255, true])
  expect(listDnsServers(options).map(String)).toEqual(['fd00:220::2', 'fd00:220::3'])
  expect(listSearchDomains6(options)).toEqual(['example.org', 'lab.example.org'])
})

describe('option', () => {
  test.each([
    ['', 0, 'Success'],
    ['00', 0, 'Success'],
    ['0000', 0, 'Success'],
    ['0002', 2, 'NoAddrsAvail'],
    ['0003 6e6f', 3, 'NoBinding: no'],
    ['0005 6e6f0a c3a9', 5, 'UseMulticast: no???'],
    ['0006', 6, 'status 6'],
  ])('13 of %j is the status %i, %j', (hex, code, text) => {
    expect(statusOf(optionsOf({ 13: hex }))).toEqual({ code, text })
  })

  test('13 says success where it is absent', () => {
    expect(statusOf(new Map()).code).toBe(0)
  })

  test.each([
    [2, undefined],
    [3, 3],
    [130, 130],
    [131, undefined],
  ])('2 of %i bytes is a DUID or not', (length, expected) => {
    const options = new Map([[2, new Uint8Array(length)]])
    expect(findDuid(options, 2)?.length).toBe(expected)
  })

  test.each([
    ['', 0],
    ['07', 7],
    ['0707', 0],
  ])('7 of %j is the preference %i', (hex, preference) => {
    expect(preferenceOf(optionsOf({ 7: hex }))).toBe(preference)
    expect(isMostPreferred(optionsOf({ 7: hex }))).toBe(false)
  })

  test.each([
    ['0000003b', undefined],
    ['0000003c', 60_000],
    ['00015180', 86_400_000],
    ['00015181', undefined],
    ['003c', undefined],
  ])('82 of %j is %j', (hex, ms) => {
    expect(findSolicitMaxMs(optionsOf({ 82: hex }))).toBe(ms)
  })

  test('23 and 24 mean nothing when they are malformed', () => {
    expect(listDnsServers(optionsOf({ 23: 'fd00' }))).toEqual([])
    expect(listSearchDomains6(optionsOf({ 24: '0561' }))).toEqual([])
    expect([...listDnsServers(new Map()), ...listSearchDomains6(new Map())]).toEqual([])
  })
})
