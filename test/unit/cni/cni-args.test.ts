import { expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { invalidCniArg, readCniArgs } from '#cni/cni-args.ts'

const hint = 'CNI_ARGS is written KEY=VALUE;KEY=VALUE; IgnoreUnknown=1 passes over unknown keys'

function read(args: string): Record<string, string> {
  return Object.fromEntries(readCniArgs(args, ['IP', 'MAC']))
}

test('nothing holds nothing', () => {
  expect(read('')).toEqual({})
})

test('known keys are read verbatim, the last of equal ones wins', () => {
  expect(read('IP= 10.1.2.3 ;MAC=;IP=10.1.2.4/24')).toEqual({ IP: '10.1.2.4/24', MAC: '' })
})

test.each(['1', 'true', 'TRUE'])(
  'IgnoreUnknown=%s lets unknown keys pass wherever it stands',
  (value) => {
    const args = `K8S_POD_NAME=p;IP=10.1.2.3;IgnoreUnknown=${value};ip=x`
    expect(read(args)).toEqual({ IP: '10.1.2.3' })
  },
)

test.each([
  ['IP', 'invalid pair "IP"'],
  ['IP=10.1.2.3;', 'invalid pair ""'],
  ['IP=a=b', 'invalid pair "IP=a=b"'],
  ['ip=10.1.2.3;X=1;IP=1', 'unknown args ["ip=10.1.2.3" "X=1"]'],
  ['X=1;IgnoreUnknown=0', 'unknown args ["X=1"]'],
  ['X=1;IgnoreUnknown=1;IgnoreUnknown=false', 'unknown args ["X=1"]'],
  [
    'IgnoreUnknown=Yes',
    'error parsing value of pair "IgnoreUnknown=Yes": boolean unmarshal error: invalid input yes',
  ],
])('%j is refused in the words of the reference', (args, reason) => {
  expect(() => read(args)).toThrow(new CniError(4, `ARGS: ${reason}`, hint))
})

test('a caller refuses a value in the same words', () => {
  expect(invalidCniArg('IP', 'x', 'invalid IP address x').msg).toBe(
    'ARGS: error parsing value of pair "IP=x": invalid IP address x',
  )
})
