const { addon, assert, gc, turn } = globalThis

// A function of its own, so that no register keeps what it makes.
function createFor(make, count) {
  return addon.create(make(), count)
}

// A strong reference keeps its value.
const strong = createFor(() => ({ is: 'kept' }), 1)
for (let round = 0; round < 3; round += 1) {
  gc()
  await turn()
}
assert.equal(addon.value(strong).is, 'kept')

// Its count goes up and down; at 0 it is weak, and what nobody else has goes.
assert.equal([addon.ref(strong), addon.ref(strong)], [2, 3])
assert.equal([addon.unref(strong), addon.unref(strong), addon.unref(strong)], [2, 1, 0])
assert.equal(addon.unref(strong), 'generic_failure')
await assert.eventually(() => addon.isGone(strong))
assert.equal(addon.value(strong), 'gone')

// It does not come back.
assert.equal(addon.ref(strong), 0)
assert.equal(addon.value(strong), 'gone')
assert.equal(addon.remove(strong), 'ok')

// A weak reference has its value as long as somebody keeps it, and can become strong.
let object = { is: 'kept' }
const weak = addon.create(object, 0)
gc()
await turn()
assert.equal(addon.value(weak), object)
assert.equal(addon.ref(weak), 1)
object = undefined
gc()
await turn()
assert.equal(addon.value(weak).is, 'kept')
assert.equal(addon.unref(weak), 0)
await assert.eventually(() => addon.isGone(weak))
assert.equal(addon.remove(weak), 'ok')

// What is part of a cycle goes, too.
function cycle() {
  const one = {}
  one.other = { one }
  return one
}
const circular = createFor(cycle, 0)
await assert.eventually(() => addon.isGone(circular))

// Several references to one value do not know of each other.
const shared = () => {}
const first = addon.create(shared, 1)
const second = addon.create(shared, 0)
assert.equal(addon.remove(first), 'ok')
assert.equal(addon.value(second), shared)
assert.equal(addon.remove(second), 'ok')

// Functions, symbols and arrays can be referred to, other values not.
for (const value of [() => {}, Symbol('local'), Symbol.for('registered'), [1], new Proxy({}, {})]) {
  const reference = addon.create(value, 1)
  assert.equal(addon.value(reference), value)
}
for (const symbol of [Symbol('local'), Symbol.for('registered'), Symbol.iterator]) {
  const reference = addon.create(symbol, 0)
  assert.equal([addon.value(reference), addon.ref(reference)], [symbol, 1])
  assert.equal([addon.unref(reference), addon.value(reference)], [0, symbol])
}
for (const value of [1, 'text', null, undefined, true, 1n]) {
  assert.equal(addon.create(value, 1), 'invalid_arg')
}

// What is still referred to at the end is let go of.
addon.create({ is: 'still there at the end' }, 2)
