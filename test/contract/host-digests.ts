/** What every host's digests promise (`Digests` of src/host/host.ts). */

import { expect, test } from 'vitest'
import type { Digests } from '#host/host.ts'

const twoBlocks =
  'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn' +
  'hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu'

/** The first three are examples of FIPS 180-4; the others are what sha512sum says of the bytes. */
const digested = [
  [
    'a text of one block',
    'abc',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
      '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
  [
    'an empty text',
    '',
    'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce' +
      '47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  ],
  [
    'a text of two blocks',
    twoBlocks,
    '8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018' +
      '501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909',
  ],
  [
    'a text beyond ASCII',
    'grüße 🌍',
    'c6ca45f0d85837a71af9bd307f4c739080ef49b8d5236baf2c16e6ba3d0730e4' +
      '65f2b6fae235b13b21fcd4c741e977c981513f5952d6a19342e7d46a35a436c8',
  ],
  [
    'a text with a zero in it',
    'a\0b',
    '48dd66f05b49586e072c9f3485a10982231e246b46fd5eb1765721c855610c5a' +
      '81744d49b1cc7ffeeed783f6819fd3702d659ce14b5b9b4f5d14f2e05cc375b5',
  ],
  [
    'half a surrogate pair as U+FFFD',
    'a\ud83cb',
    '4d7fdee3b9f28d2289f1db90ee2ccab287d70a099bb4e91d255687a9971b58d3' +
      '43ebcf824b75e79909823244c7ccded8f22b41c3699b3bb531bcc0ae44ae2a2a',
  ],
] as const

export function digestsContract(open: () => Digests): void {
  test.for(digested)('know SHA-512 of %s', ([, text, digits]) => {
    expect(open().sha512(text)).toBe(digits)
  })
}
