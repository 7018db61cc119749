import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildVersion } from '#cni/build-version.ts'
import {
  compareVersions,
  isAtLeast,
  isSupportedVersion,
  parseVersion,
  supportedVersions,
} from '#cni/version.ts'

test('the version the plugins introduce themselves with is that of the package', () => {
  const file = new URL('../../../package.json', import.meta.url)
  expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(buildVersion)
})

describe('a version', () => {
  test('is supported only when it is spelled out', () => {
    expect(supportedVersions.every(isSupportedVersion)).toBe(true)
    expect(['', '1.1', '1.1.0 ', '01.1.0', '1.2.0'].filter(isSupportedVersion)).toEqual([])
  })

  test('is at least itself and every older one', () => {
    expect(supportedVersions.filter((version) => isAtLeast('0.4.0', version))).toEqual([
      '0.1.0',
      '0.2.0',
      '0.3.0',
      '0.3.1',
      '0.4.0',
    ])
  })

  test('has numbers that are zero where they are missing', () => {
    expect(parseVersion('1')).toEqual([1, 0, 0])
    expect(parseVersion('1.2')).toEqual([1, 2, 0])
    expect(parseVersion('0.-42.+7')).toEqual([0, -42, 7])
    expect(parseVersion('')).toEqual([0, 1, 0])
  })

  test('is compared number by number, not as text', () => {
    expect(compareVersions([0, 10, 0], [0, 9, 9])).toBeGreaterThan(0)
    expect(compareVersions([0, 9, 9], [1, 0, 0])).toBeLessThan(0)
    expect(compareVersions([1, 1, 0], [1, 1, 0])).toBe(0)
  })

  test.each([
    ['1.2.3.4', 'invalid version "1.2.3.4": too many parts'],
    [
      'abc',
      'failed to convert major version part "abc": strconv.Atoi: parsing "abc": invalid syntax',
    ],
    ['1..0', 'failed to convert minor version part "": strconv.Atoi: parsing "": invalid syntax'],
    [
      '1.1.0x',
      'failed to convert micro version part "0x": strconv.Atoi: parsing "0x": invalid syntax',
    ],
    [
      '99999999999999999999',
      'failed to convert major version part "99999999999999999999": ' +
        'strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
  ])('that is none, %s, is refused in the words of the reference', (text, message) => {
    expect(() => parseVersion(text)).toThrow(new SyntaxError(message))
  })
})
