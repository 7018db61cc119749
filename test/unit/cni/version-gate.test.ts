import { expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import type { Command } from '#cni/call.ts'
import { supportedVersions } from '#cni/version.ts'
import { requireVersion } from '#cni/version-gate.ts'

const known = '["0.1.0" "0.2.0" "0.3.0" "0.3.1" "0.4.0" "1.0.0" "1.1.0"]'

test.each([
  ['ADD', '0.1.0'],
  ['DEL', '0.1.0'],
  ['CHECK', '0.4.0'],
  ['GC', '1.1.0'],
  ['STATUS', '1.1.0'],
] as const)('%s is allowed from %s on', (command, first) => {
  const allowed = supportedVersions.filter((version) => {
    try {
      return requireVersion(command, version) === version
    } catch {
      return false
    }
  })
  expect(allowed).toEqual(supportedVersions.slice(supportedVersions.indexOf(first)))
})

function incompatible(version: string): CniError {
  const details = `config is "${version}", plugin supports ${known}`
  return new CniError(1, 'incompatible CNI versions', details)
}

test.each<[Command, string, CniError]>([
  ['ADD', '1.2.0', incompatible('1.2.0')],
  ['DEL', 'abc', incompatible('abc')],
  ['CHECK', '1.1', incompatible('1.1')],
  ['CHECK', '0.3.1', new CniError(1, 'config version does not allow CHECK')],
  ['GC', '1.0.0', new CniError(1, 'config version does not allow GC')],
  ['STATUS', '1.0.0', new CniError(1, 'config version does not allow STATUS')],
  ['CHECK', '1.2.0', new CniError(1, 'plugin version does not allow CHECK')],
  ['STATUS', '2', new CniError(1, 'plugin version does not allow STATUS')],
  ['GC', '1.2.3.4', new CniError(6, 'invalid version "1.2.3.4": too many parts')],
])('%s with a configuration of %s is refused', (command, version, error) => {
  expect(() => requireVersion(command, version)).toThrow(error)
})
