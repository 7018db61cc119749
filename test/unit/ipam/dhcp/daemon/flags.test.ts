import { expect, test } from 'vitest'
import { findDurationMs } from '#base/duration.ts'
import { asksForHelp, FlagError } from '#base/flags.ts'
import { readFlags } from '#ipam/dhcp/daemon/flags.ts'

test('without flags the daemon is the reference, but for its first wait', () => {
  expect(readFlags([])).toEqual({
    pidFile: '',
    hostPrefix: '',
    socketPath: '/run/cni/dhcp.sock',
    wantsBroadcast: false,
    timing: { firstWaitMs: 4000, longestWaitMs: 64_000, budgetMs: 208_000 },
  })
})

test('flags are read in every form that Go takes', () => {
  const words = ['-pidfile', '/run/p', '--hostprefix=/host', '-socketpath=/s', '-broadcast']
  expect(
    readFlags([...words, '--timeout', '2s', '-resendmax=1m', '-resendtimeout', '500ms']),
  ).toEqual({
    pidFile: '/run/p',
    hostPrefix: '/host',
    socketPath: '/s',
    wantsBroadcast: true,
    timing: { firstWaitMs: 2000, longestWaitMs: 60_000, budgetMs: 500 },
  })
  expect(readFlags(['-broadcast=f', '-pidfile=/a=b', '--'])).toMatchObject({
    wantsBroadcast: false,
    pidFile: '/a=b',
  })
})

test.for([
  [['-pidfile', 'p'], '-pidfile: expected an absolute path, found "p"'],
  [['-pidfile'], 'flag needs a value: -pidfile'],
  [['-nosuch'], 'flag not known: -nosuch'],
  [['---broadcast'], 'flag not known: ---broadcast'],
  [['broadcast'], 'flag not known: broadcast'],
  [['-broadcast', 'true'], 'flag not known: true'],
  [['--', 'x'], 'argument not expected: x'],
  [['-broadcast=yes'], '-broadcast: expected true or false, found "yes"'],
  [['-timeout=10'], '-timeout: expected a duration such as 10s or 1m30s, found "10"'],
  [['-resendmax=-1s'], '-resendmax: expected a duration such as 10s or 1m30s, found "-1s"'],
  [['-toString=1'], 'flag not known: -toString=1'],
] as const)('%j is refused', ([words, message]) => {
  expect(() => readFlags(words)).toThrow(new FlagError(message))
})

test.for([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['250ms', 250],
  ['2us', 0.002],
  ['2µs', 0.002],
  ['1000ns', 0.001],
  ['+3s', 3000],
  ['-3s', -3000],
  ['0', 0],
  ['', undefined],
  ['s', undefined],
  ['5', undefined],
  ['5d', undefined],
  ['1s 2s', undefined],
  ['1..5s', undefined],
] as const)('the duration %j is %s ms', ([text, ms]) => {
  if (ms === undefined) expect(findDurationMs(text)).toBeUndefined()
  else expect(findDurationMs(text)).toBeCloseTo(ms, 9)
})

test.for([
  [['-h'], true],
  [['--help'], true],
  [['-broadcast', '-help'], true],
  [['-broadcast'], false],
] as const)('%j asks for help: %s', ([words, expected]) => {
  expect(asksForHelp(words)).toBe(expected)
})
