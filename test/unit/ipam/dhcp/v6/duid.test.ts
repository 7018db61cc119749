import { describe, expect, test } from 'vitest'
import { nodeDigests } from '#host/node-digests.ts'
import { parseMac } from '#ip/mac.ts'
import {
  duidOfAttachment,
  duidOfLink,
  findDuidInText,
  formatDuid,
  isDuid,
  randomDuid,
} from '#ipam/dhcp/v6/duid.ts'

const attachment = { containerId: 'pod-7', ifName: 'eth0' }

describe('the DUID of', () => {
  test('a link is that of dhclient -D LL', () => {
    expect(formatDuid(duidOfLink(parseMac('02:00:00:00:00:21')))).toBe('00030001020000000021')
  })

  test('an attachment is a UUID of its name alone', () => {
    const duid = duidOfAttachment('lan', attachment, nodeDigests)
    // The first digits of sha512sum for pod-7/lan/eth0.
    expect(formatDuid(duid)).toBe('0004845c2ae0bc4287b8b1597867429ef207')
    expect(duidOfAttachment('lan', attachment, nodeDigests)).toEqual(duid)
    const other = duidOfAttachment('lan', { ...attachment, ifName: 'eth1' }, nodeDigests)
    expect(other).not.toEqual(duid)
  })

  test('chance is a UUID of version 4', () => {
    const random = { bytes: (count: number) => new Uint8Array(count).fill(0xff) }
    expect(formatDuid(randomDuid(random))).toBe(`0004${'ff'.repeat(6)}4fffbfff${'ff'.repeat(6)}`)
  })
})

describe('the text of a DUID', () => {
  test('means it', () => {
    const duid = Uint8Array.of(0, 4, 0xab)
    expect(formatDuid(duid)).toBe('0004ab')
    expect(findDuidInText('0004ab')).toEqual(duid)
    expect(findDuidInText('0004AB')).toEqual(duid)
  })

  test.each(['', '0004', '0004a', '0004ag', ' 0004ab', '0004ab\n', '00'.repeat(131)])(
    'is not %j',
    (text) => {
      expect(findDuidInText(text)).toBeUndefined()
    },
  )

  test('has 130 bytes at most', () => {
    expect(findDuidInText('00'.repeat(130))).toHaveLength(130)
    expect([2, 3, 130, 131].map((length) => isDuid(new Uint8Array(length)))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})
