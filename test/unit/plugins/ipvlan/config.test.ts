import { expect, test } from 'vitest'
import { readIpvlanConfig } from '#plugins/ipvlan/config.ts'

test('an empty configuration means l2 with the flag bridge', () => {
  expect(readIpvlanConfig({ master: '', mode: '', flag: null })).toEqual({
    mode: 'l2',
    flag: 'bridge',
    ownMtu: 0,
    isMasterInSandbox: false,
    announcements: { count: 1, intervalMs: 100 },
  })
})

test('every key is read, in any case', () => {
  const raw = {
    Master: 'eth0',
    MODE: 'l2',
    Flag: 'private',
    mtu: 9000,
    linkincontainer: true,
    Announce: { count: 3 },
  }
  expect(readIpvlanConfig(raw)).toEqual({
    master: 'eth0',
    mode: 'l2',
    flag: 'private',
    ownMtu: 9000,
    isMasterInSandbox: true,
    announcements: { count: 3, intervalMs: 100 },
  })
})

test.each(['l3', 'l3s'])('nothing is announced in mode %s, where nobody asks', (mode) => {
  const { announcements } = readIpvlanConfig({ mode, announce: { count: 3 } })
  expect(announcements.count).toBe(0)
})

test.each([
  [{ mode: 'L2' }, 'mode: expected one of l2, l3, l3s, found "L2"'],
  [{ flag: 'passthru' }, 'flag: expected one of bridge, private, vepa, found "passthru"'],
  [{ master: 'a/b' }, 'master: expected the name of a link, found "a/b"'],
  [{ mtu: 67 }, 'mtu: expected 0 or a whole number from 68 to 65535, found 67'],
  [{ linkInContainer: 'yes' }, 'linkInContainer: expected true or false, found "yes"'],
])('%j is refused: %s', (raw, message) => {
  expect(() => readIpvlanConfig(raw)).toThrow(message)
})
