import { expect, test } from 'vitest'
import { ConfigError } from '#base/config-error.ts'
import { findPreviousResult, previousResult } from '#cni/previous-result.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

function call(config: object) {
  return new FakeWorld().call({ cniVersion: '1.0.0', ...config })
}

test('a previous result without a version has that of the configuration', () => {
  const previous = previousResult(call({ PrevResult: { ips: [{ address: '10.0.0.2/8' }] } }))
  expect(previous.ips).toEqual([{ address: parseIpPrefix('10.0.0.2/8') }])
})

test('a previous result may have another version of the same form', () => {
  const previous = previousResult(
    call({ prevResult: { cniVersion: '1.1.0', dns: { domain: 'a' } } }),
  )
  expect(previous.dns.domain).toBe('a')
})

test('a previous result may not have a version of another form', () => {
  const expected = '1.0.0 or 1.1.0, which have the form of 1.0.0'
  const error = new ConfigError(['prevResult', 'cniVersion'], expected, '"0.4.0"')
  expect(() => previousResult(call({ prevResult: { cniVersion: '0.4.0' } }))).toThrow(error)
})

test.each([{}, { prevResult: null }])(
  'there is none in %j, which only some can do with',
  (config) => {
    expect(findPreviousResult(call(config))).toBeUndefined()
    const error = new ConfigError(['prevResult'], 'the result of the ADD before', 'nothing')
    expect(() => previousResult(call(config))).toThrow(error)
  },
)

test('what is wrong in a previous result is named from the configuration down', () => {
  const prevResult = { ips: [{ address: 5 }] }
  expect(() => previousResult(call({ prevResult }))).toThrow(/^prevResult\.ips\[0\]\.address: /)
})
