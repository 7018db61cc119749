import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import { linkNameHex, ofFamily, toNetwork } from '#nft/expressions.ts'
import { debugExpressions } from '#test/lab/nft-debug.ts'

/** What nft 1.0.6 makes of `ip daddr != PREFIX`: the prefix, and a line for each step. */
const recorded = readFileSync('test/fixtures/nft/prefixes.debug', 'utf8').trim().split('\n\n')

test.each(recorded)('a destination is compared as the nft tool compares it: %s', (record) => {
  const [text = '', ...steps] = record.split('\n')
  const prefix = parseIpPrefix(text)
  const expressions = [...ofFamily(prefix.address.family), ...toNetwork(prefix, 'unequal')]
  expect(debugExpressions(expressions)).toEqual(steps)
})

test('the name of a link is compared with all its zeros', () => {
  expect(linkNameHex('eth0')).toBe('65746830000000000000000000000000')
  expect(linkNameHex('ü')).toBe('c3bc0000000000000000000000000000')
})
