import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isDomainName, listSearchDomains } from '#ipam/dhcp/message/domain-names.ts'
import {
  errorText,
  findAddress,
  findDomain,
  findMessageType,
  findPrefixLength,
  findUint16,
  findUint32,
  listAddresses,
} from '#ipam/dhcp/message/option-values.ts'
import {
  type GivenRoute,
  listClasslessRoutes,
  listStaticRoutes,
} from '#ipam/dhcp/message/route-options.ts'
import { optionsOf } from './arbitraries.ts'

const textHex = (text: string) => Buffer.from(text, 'latin1').toString('hex')

describe('addresses and numbers', () => {
  test.each([
    ['0a000001', ['10.0.0.1']],
    ['0a000001 ffffffff', ['10.0.0.1', '255.255.255.255']],
    ['', []],
    ['0a0000', []],
    ['0a000001 0a', []],
  ])('of the routers %j are %j', (hex, expected) => {
    expect(listAddresses(optionsOf({ 3: hex }), 3).map(String)).toEqual(expected)
  })

  test('of an absent option are none', () => {
    const none = optionsOf({})
    expect(listAddresses(none, 3)).toEqual([])
    expect([findAddress(none, 54), findUint32(none, 51), findUint16(none, 26)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('have exactly their length', () => {
    const options = optionsOf({ 54: '0a000001', 51: 'fffffffe', 26: 'fffe' })
    expect(findAddress(options, 54)?.toString()).toBe('10.0.0.1')
    expect([findUint32(options, 51), findUint16(options, 26)]).toEqual([0xfffffffe, 0xfffe])
    const longer = optionsOf({ 54: '0a000001 00', 51: '0000000001', 26: '000001' })
    expect(findAddress(longer, 54)).toBeUndefined()
    expect([findUint32(longer, 51), findUint16(longer, 26)]).toEqual([undefined, undefined])
  })

  test.each([
    ['ffffffff', 32],
    ['fffffffe', 31],
    ['ffffff00', 24],
    ['ffe00000', 11],
    ['80000000', 1],
    ['00000000', undefined],
    ['ff00ff00', undefined],
    ['00000001', undefined],
    ['7fffffff', undefined],
    ['ffffff', undefined],
  ])('of the mask %s give the length %s', (hex, length) => {
    expect(findPrefixLength(optionsOf({ 1: hex }))).toBe(length)
  })

  test.each([
    ['01', 'discover'],
    ['02', 'offer'],
    ['05', 'ack'],
    ['06', 'nak'],
    ['07', 'release'],
    ['00', undefined],
    ['08', undefined],
    ['', undefined],
    ['0202', undefined],
  ])('of the message type %j mean %s', (hex, type) => {
    expect(findMessageType(optionsOf({ 53: hex }))).toBe(type)
  })
})

describe('texts', () => {
  test.each([
    ['example.org', 'example.org'],
    ['example.org\0', 'example.org'],
    ['example.org.', 'example.org.'],
    ['a_b-c.d', 'a_b-c.d'],
    ['', undefined],
    ['\0', undefined],
    ['a b', undefined],
    ['a\nnameserver 10.6.6.6', undefined],
    ['a\0b', undefined],
    ['a..b', undefined],
    [`${'a'.repeat(63)}.b`, `${'a'.repeat(63)}.b`],
    [`${'a'.repeat(64)}.b`, undefined],
    [`${'abcdefg.'.repeat(31)}abcde`, `${'abcdefg.'.repeat(31)}abcde`],
    [`${'abcdefg.'.repeat(31)}abcdef`, undefined],
  ])('of the domain %j give %j', (text, domain) => {
    expect(findDomain(optionsOf({ 15: textHex(text) }))).toBe(domain)
  })

  test('of refusals cannot do anything to a terminal', () => {
    expect(errorText(optionsOf({ 56: textHex('no\x1b[2J\nyes\xff\0\0') }))).toBe('no?[2J?yes?')
    expect(errorText(optionsOf({}))).toBe('')
  })
})

describe('search domains', () => {
  const search = (hex: string) => listSearchDomains(optionsOf({ 119: hex }))
  const eng = '03656e67 056170706c65 03636f6d 00'

  test('are those of the example in RFC 3397 §2', () => {
    expect(search(`${eng} 096d61726b6574696e67 c004`)).toEqual([
      'eng.apple.com',
      'marketing.apple.com',
    ])
  })

  test('are those that dnsmasq sends', () => {
    expect(search('076578616d706c65036f726700 036c6162 c000')).toEqual([
      'example.org',
      'lab.example.org',
    ])
  })

  test('may consist of a pointer alone', () => {
    expect(search(`${eng} c000 c00f`)).toEqual(['eng.apple.com', 'eng.apple.com', 'eng.apple.com'])
  })

  test.each([
    ['are absent', ''],
    ['point to themselves', 'c000'],
    ['point into themselves', '0161 c000'],
    ['point forward', `c002 ${eng}`],
    ['point beyond the end', '0161 c010'],
    ['point with half a pointer', '0161 c0'],
    ['point back and forth', '0161 c004 0162 c000'],
    ['are cut in a label', '03656e'],
    ['are cut before the end', '03656e67'],
    ['have a label of an unknown kind', '41 61 00'],
    ['are the root', '00'],
    ['have a line break', '03 610a62 00'],
    ['have a dot in a label', '03 612e62 00'],
    ['are right before something wrong', `${eng} ff`],
    ['are too many', `${eng}${'c000'.repeat(32)}`],
    ['have too many labels', `${'0161'.repeat(128)}00`],
    ['hop too often', `0161 00 ${Array.from({ length: 18 }, (_, hop) => pointer(hop)).join('')}`],
  ])('that %s are none', (_, hex) => {
    expect(search(hex)).toEqual([])
  })

  /** To the pointer before, the first one to the name. */
  function pointer(hop: number): string {
    return (0xc000 + (hop === 0 ? 0 : 1 + 2 * hop)).toString(16)
  }

  test('are as many as 32, through as many as 16 pointers', () => {
    expect(search(`${eng}${'c000'.repeat(31)}`)).toHaveLength(32)
    const hops = Array.from({ length: 16 }, (_, hop) => pointer(hop))
    expect(search(`0161 00 ${hops.join('')}`)).toHaveLength(17)
  })

  test('come back as they were, compressed or not', () => {
    const anyLabel = fc.stringMatching(/^[a-z0-9_-]{1,12}$/)
    const anyName = fc.array(anyLabel, { minLength: 1, maxLength: 4 })
    const anyNames = fc.array(anyName, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(anyNames, fc.boolean(), (names, compresses) => {
        const bytes = encodeNames(names, compresses)
        const read = listSearchDomains(new Map([[119, bytes]]))
        expect(read).toEqual(names.map((labels) => labels.join('.')))
      }),
    )
  })

  test('may be anything without harm, and stay few and short', () => {
    const bytes = fc.uint8Array({ maxLength: 1500 })
    const biased = fc
      .array(fc.constantFrom(0, 1, 2, 0x61, 0xc0, 4, 8), { maxLength: 300 })
      .map((list) => Uint8Array.from(list))
    fc.assert(
      fc.property(fc.oneof(bytes, biased), (value) => {
        const names = listSearchDomains(new Map([[119, value]]))
        expect(names.length).toBeLessThanOrEqual(32)
        expect(names.every(isDomainName)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('routes', () => {
  const told = (routes: readonly GivenRoute[]) =>
    routes.map(({ destination, router }) => `${destination} via ${router}`)
  const classless = (hex: string) => told(listClasslessRoutes(optionsOf({ 121: hex })))
  const classful = (hex: string) => told(listStaticRoutes(optionsOf({ 33: hex })))

  // The table of RFC 3442.
  test.each([
    ['00 0a000001', '0.0.0.0/0 via 10.0.0.1'],
    ['08 0a 0a000001', '10.0.0.0/8 via 10.0.0.1'],
    ['18 0a0000 0a000001', '10.0.0.0/24 via 10.0.0.1'],
    ['10 0a11 0a000001', '10.17.0.0/16 via 10.0.0.1'],
    ['18 0a1b81 0a000001', '10.27.129.0/24 via 10.0.0.1'],
    ['19 0ae50080 0a000001', '10.229.0.128/25 via 10.0.0.1'],
    ['20 0ac67a2f 0a000001', '10.198.122.47/32 via 10.0.0.1'],
    ['11 0a2bff 00000000', '10.43.255.0/17 via 0.0.0.0'],
  ])('of the option 121 %s are %s', (hex, expected) => {
    expect(classless(hex)).toEqual([expected])
  })

  test('of option 121 keep their order', () => {
    expect(classless('10 0a4d 0adc0007 00 0adc0001')).toEqual([
      '10.77.0.0/16 via 10.220.0.7',
      '0.0.0.0/0 via 10.220.0.1',
    ])
  })

  test.each(['', '00', '00 0a0000', '21 0a000001 00 0a000001', '10 0a4d 0adc0007 00', 'ff'])(
    'of the malformed option 121 %j are none',
    (hex) => {
      expect(classless(hex)).toEqual([])
    },
  )

  test('of option 33 are of classes', () => {
    const pairs = ['0a090005', '7f000001', '80090005', 'bf090005', 'c0090005', 'f0090005']
    expect(classful(pairs.map((network) => `${network} 0adc0009`).join(''))).toEqual([
      '10.9.0.5/8 via 10.220.0.9',
      '127.0.0.1/8 via 10.220.0.9',
      '128.9.0.5/16 via 10.220.0.9',
      '191.9.0.5/16 via 10.220.0.9',
      '192.9.0.5/24 via 10.220.0.9',
      '240.9.0.5/24 via 10.220.0.9',
    ])
  })

  test('of option 33 end with the last pair, and are never a default', () => {
    expect(classful('00000000 0adc0001 0a090005 0adc0009 0a0a')).toEqual([
      '10.9.0.5/8 via 10.220.0.9',
    ])
    expect(classful('')).toEqual([])
  })

  test('may be anything without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (value) => {
        const routes = listClasslessRoutes(new Map([[121, value]]))
        expect(routes.length).toBeLessThanOrEqual(value.length / 5)
        for (const { destination } of routes) expect(destination.length).toBeLessThanOrEqual(32)
        const pairs = listStaticRoutes(new Map([[33, value]]))
        expect(pairs.length).toBeLessThanOrEqual(value.length / 8)
      }),
    )
  })
})

/** RFC 1035 §4.1.4; with `compresses` a name ends in a pointer wherever its rest stands already. */
function encodeNames(names: readonly (readonly string[])[], compresses: boolean): Uint8Array {
  const bytes: number[] = []
  const places = new Map<string, number>()
  for (const labels of names) {
    const found = labels.findIndex((_, index) => places.has(labels.slice(index).join('.')))
    const isShared = compresses && found >= 0
    labels.slice(0, isShared ? found : undefined).forEach((label, index) => {
      places.set(labels.slice(index).join('.'), bytes.length)
      bytes.push(label.length, ...Buffer.from(label))
    })
    const place = places.get(labels.slice(found).join('.')) ?? 0
    bytes.push(...(isShared ? [0xc0 | (place >>> 8), place & 255] : [0]))
  }
  return Uint8Array.from(bytes)
}
