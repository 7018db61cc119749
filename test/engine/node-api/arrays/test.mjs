const { addon, assert } = globalThis

const empty = addon.create()
assert.equal([Array.isArray(empty), empty.length], [true, 0])
for (const length of [0, 1, 5, 100_000]) {
  const array = addon.create(length)
  assert.equal([Array.isArray(array), array.length, Object.keys(array).length], [true, length, 0])
}

for (const length of [0, 1, 1000]) {
  const array = addon.filled(length)
  assert.equal(
    array,
    Array.from({ length }, (_, index) => index),
  )
  assert.equal([array.length, addon.lengthOf(array)], [length, length])
  array.push('more')
  assert.equal([array.length, array.at(-1)], [length + 1, 'more'])
}

class List extends Array {}
for (const array of [[], [1, 2], new List(3), Array(7)]) {
  assert.equal([addon.isArray(array), addon.lengthOf(array)], [true, array.length])
}
const sparse = []
sparse.length = 4_000_000_000
assert.equal(addon.lengthOf(sparse), 4_000_000_000)

for (const value of [{ length: 1 }, 'text', null, new Uint8Array(1), Object.create([]), 1]) {
  assert.equal([addon.isArray(value), addon.lengthOf(value)], [false, 'array_expected'])
}
