const { addon, assert } = globalThis

// Buffers are made zeroed, and shared between script and addon.
for (const size of [0, 1, 16, 100_000]) {
  const buffer = addon.buffer(size)
  assert.equal([buffer instanceof ArrayBuffer, buffer.byteLength], [true, size])
  assert.equal(
    new Uint8Array(buffer).every((byte, index) => byte === index % 256),
    true,
  )
}
const shared = new Uint8Array([1, 2, 255])
assert.equal(addon.increment(shared.buffer), 3)
assert.equal([...shared], [2, 3, 0])
assert.equal(addon.increment(new ArrayBuffer(0)), 0)
for (const value of [shared, {}, 1, undefined]) assert.equal(addon.increment(value), 'invalid_arg')

// By napi_typedarray_type.
const kinds = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
]
for (const [type, kind] of kinds.entries()) {
  const buffer = addon.buffer(64)
  for (const [length, offset] of [
    [0, 0],
    [3, 0],
    [2, 8],
    [0, 64],
  ]) {
    const array = addon.create(type, length, buffer, offset)
    assert.equal(Object.getPrototypeOf(array), kind.prototype)
    assert.equal([array.length, array.byteOffset, array.buffer], [length, offset, buffer])
    assert.equal(addon.describe(array), [type, length, buffer, offset, length === 0 ? 0 : offset])
  }
  const made = new kind(buffer, 16, 4)
  assert.equal(addon.describe(made), [type, 4, buffer, 16, 16])
  assert.equal(addon.describe(made.subarray(1)).slice(0, 2), [type, 3])
}

// What does not lie in the buffer is a RangeError.
const buffer = new ArrayBuffer(16)
const outside = [
  [1, 17, 0],
  [1, 1, 16],
  [8, 2, 8],
]
for (const [type, length, offset] of outside) {
  const error = assert.thrownBy(() => addon.create(type, length, buffer, offset))
  assert.equal(
    [error instanceof RangeError, error.code],
    [true, 'ERR_NAPI_INVALID_TYPEDARRAY_LENGTH'],
  )
}
const unaligned = assert.thrownBy(() => addon.create(5, 1, buffer, 2))
assert.equal(
  [unaligned instanceof RangeError, unaligned.code],
  [true, 'ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT'],
)
assert.equal(
  [addon.create(11, 1, buffer, 0), addon.create(1, 1, {}, 0)],
  ['invalid_arg', 'invalid_arg'],
)

assert.equal([addon.isBuffer(buffer), addon.isBuffer(shared)], [true, false])
assert.equal([addon.isTypedArray(shared), addon.isTypedArray(buffer)], [true, false])
for (const value of [new DataView(buffer), [1], {}, 'text', undefined]) {
  assert.equal([addon.isBuffer(value), addon.isTypedArray(value)], [false, false])
  assert.equal(addon.describe(value), 'invalid_arg')
}
