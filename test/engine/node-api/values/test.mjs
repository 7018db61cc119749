const { addon, assert } = globalThis

const types = [
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'boolean'],
  [1, 'number'],
  [1.5, 'number'],
  [NaN, 'number'],
  ['', 'string'],
  ['a'.repeat(5000) + 'b'.repeat(5000), 'string'],
  [Symbol.iterator, 'symbol'],
  [{}, 'object'],
  [[], 'object'],
  [new Proxy({}, {}), 'object'],
  [/x/, 'object'],
  [() => {}, 'function'],
  [class {}, 'function'],
  [addon.typeOf, 'function'],
  [new Proxy(() => {}, {}), 'function'],
  [1n, 'bigint'],
  [2n ** 200n, 'bigint'],
]
for (const [value, type] of types) assert.equal(addon.typeOf(value), type)

assert.equal(addon.constants(), [undefined, null, globalThis, true, false])
const object = addon.emptyObject()
assert.equal([Object.getPrototypeOf(object), Reflect.ownKeys(object)], [Object.prototype, []])

// Numbers keep their value, or are made to fit.
const numbers = [
  [0, 0, 0, '0'],
  [-0, 0, 0, '0'],
  [1.9, 1, 1, '1'],
  [-1.9, -1, 4294967295, '-1'],
  [2147483647, 2147483647, 2147483647, '2147483647'],
  [2147483648, -2147483648, 2147483648, '2147483648'],
  [-2147483649, 2147483647, 2147483647, '-2147483649'],
  [4294967296, 0, 0, '4294967296'],
  [4294967297.5, 1, 1, '4294967297'],
  [9007199254740991, -1, 4294967295, '9007199254740991'],
  [2 ** 62, 0, 0, '4611686018427387904'],
  [2 ** 63, 0, 0, '9223372036854775807'],
  [-(2 ** 63), 0, 0, '-9223372036854775808'],
  [1e300, 0, 0, '9223372036854775807'],
  [-1e300, 0, 0, '-9223372036854775808'],
  [5e-324, 0, 0, '0'],
  [NaN, 0, 0, '0'],
  [Infinity, 0, 0, '0'],
  [-Infinity, 0, 0, '0'],
]
for (const [number, int32, uint32, int64] of numbers) {
  assert.equal(addon.asDouble(number), number)
  assert.equal([addon.asInt32(number), addon.asUint32(number)], [int32, uint32])
  assert.equal(addon.asInt64(number), int64)
}
for (const text of ['0', '-1', '2147483648', '9007199254740992', '-9223372036854775808']) {
  assert.equal(addon.fromInt64(text), Number(text))
}

// Nothing is converted on the way.
for (const value of ['1', null, undefined, true, {}, 1n]) {
  assert.equal([addon.asDouble(value), addon.asInt32(value)], Array(2).fill('number_expected'))
  assert.equal([addon.asUint32(value), addon.asInt64(value)], Array(2).fill('number_expected'))
}
assert.equal([addon.asBoolean(true), addon.asBoolean(false)], [true, false])
for (const value of [0, 1, '', null, undefined, {}]) {
  assert.equal(addon.asBoolean(value), 'boolean_expected')
}
for (const value of [1, null, undefined, {}, Symbol.iterator, Object('text')]) {
  assert.equal(addon.lengthOf(value), 'string_expected')
}

// Strings are UTF-8 in C; half a surrogate pair is U+FFFD there.
const strings = [
  ['', ''],
  ['abc', '616263'],
  ['a\0b', '610062'],
  ['\x7f\x80ÿ', '7fc280c3bf'],
  ['käse', '6bc3a47365'],
  ['\u07ff\u0800\uffff', 'dfbfe0a080efbfbf'],
  ['\ud7ff\ue000', 'ed9fbfee8080'],
  ['😀', 'f09f9880'],
  ['\ud83d', 'efbfbd'],
  ['\ude00x', 'efbfbd78'],
  ['\ude00\ud83d', 'efbfbdefbfbd'],
  ['퐀\ud83d퐀', 'ed9080efbfbded9080'],
]
for (const [text, bytes] of strings) {
  assert.equal(addon.lengthOf(text), bytes.length / 2)
  assert.equal(addon.bytesOf(text, 100), `${bytes}00:${bytes.length / 2}`)
  const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd')
  assert.equal(addon.fromBytes(bytes), wellFormed)
}
const long = 'ä'.repeat(10_000) + '-'.repeat(10_000)
assert.equal(addon.lengthOf(long), 30_000)
assert.equal(addon.lengthOf(`${long}😀`), 30_004)

// A buffer that is too small gets whole characters, and a zero.
assert.equal(addon.bytesOf('abc', 4), '61626300:3')
assert.equal(addon.bytesOf('abc', 3), '616200:2')
assert.equal(addon.bytesOf('abc', 1), '00:0')
assert.equal(addon.bytesOf('abc', 0), ':0')
assert.equal(addon.bytesOf('käse', 3), '6b00:1')
assert.equal(addon.bytesOf('käse', 4), '6bc3a400:3')
for (const room of [2, 3, 4]) assert.equal(addon.bytesOf('a😀', room), '6100:1')
assert.equal(addon.bytesOf('a😀', 6), '61f09f988000:5')
assert.equal(addon.bytesOf('a\ud83db', 4), '6100:1')

// What is not UTF-8 becomes U+FFFD, once for each maximal part of a character.
const broken = [
  ['80', '\ufffd'],
  ['61ff62', 'a\ufffdb'],
  ['c3', '\ufffd'],
  ['c328', '\ufffd('],
  ['c0af', '\ufffd\ufffd'],
  ['e08080', '\ufffd\ufffd\ufffd'],
  ['e0a0', '\ufffd'],
  ['e282', '\ufffd'],
  ['e28261', '\ufffda'],
  ['eda080', '\ufffd\ufffd\ufffd'],
  ['f09f98', '\ufffd'],
  ['f09f9861', '\ufffda'],
  ['f0808080', '\ufffd\ufffd\ufffd\ufffd'],
  ['f4908080', '\ufffd\ufffd\ufffd\ufffd'],
  ['f5808080', '\ufffd\ufffd\ufffd\ufffd'],
  ['c3a4ff', 'ä\ufffd'],
]
for (const [bytes, text] of broken) assert.equal(addon.fromBytes(bytes), text)

assert.equal([addon.untilZero(), addon.fromBytes('610062')], ['until', 'a\0b'])
assert.equal(addon.fromNull(), 'invalid_arg')
