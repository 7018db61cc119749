const { addon, assert } = globalThis

const top = 2n ** 63n
const both = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, top - 1n]
for (const value of both)
  assert.equal([addon.asInt64(value), addon.asUint64(value)], [value, value])

// What does not fit loses its upper bits, and that is told.
for (const value of [-1n, -(2n ** 31n), -top]) {
  assert.equal(addon.asInt64(value), value)
  assert.equal(addon.asUint64(value), `lossy ${2n * top + value}`)
}
for (const value of [top, 2n * top - 1n]) {
  assert.equal(addon.asUint64(value), value)
  assert.equal(addon.asInt64(value), `lossy ${value - 2n * top}`)
}
const large = [
  [2n * top, 0n, 0n],
  [2n ** 100n + 5n, 5n, 5n],
  [-(2n ** 100n) - 5n, -5n, 2n * top - 5n],
  [2n ** 100n - 5n, -5n, 2n * top - 5n],
]
for (const [value, int64, uint64] of large) {
  assert.equal([addon.asInt64(value), addon.asUint64(value)], [`lossy ${int64}`, `lossy ${uint64}`])
}

for (const value of [1, '1', null, undefined, true, Object(1n)]) {
  assert.equal([addon.asInt64(value), addon.asUint64(value)], Array(2).fill('bigint_expected'))
}
