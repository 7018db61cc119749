import { describe, expect, test } from 'vitest'
import { hexOf } from '#base/bytes.ts'
import { nodeDigests } from '#host/node-digests.ts'
import { parseMac } from '#ip/mac.ts'
import { duidOfAttachment, duidOfLink, isDuid } from '#ipam/dhcp/v6/duid.ts'

const attachment = { containerId: 'pod-7', ifName: 'eth0' }

describe('the DUID of', () => {
  test('a link is that of dhclient -D LL', () => {
    expect(hexOf(duidOfLink(parseMac('02:00:00:00:00:21')))).toBe('00030001020000000021')
  })

  test('an attachment is a UUID of its name alone', () => {
    const duid = duidOfAttachment('lan', attachment, nodeDigests)
    // The first digits of sha512sum for pod-7/lan/eth0.
    expect(hexOf(duid)).toBe('0004845c2ae0bc4287b8b1597867429ef207')
    expect(duidOfAttachment('lan', attachment, nodeDigests)).toEqual(duid)
    const other = duidOfAttachment('lan', { ...attachment, ifName: 'eth1' }, nodeDigests)
    expect(other).not.toEqual(duid)
  })
})

test.for([
  [2, false],
  [3, true],
  [130, true],
  [131, false],
] as const)('%i bytes are a DUID: %s', ([length, expected]) => {
  expect(isDuid(new Uint8Array(length))).toBe(expected)
})
