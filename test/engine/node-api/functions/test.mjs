const { addon, assert } = globalThis

// Functions have a name and their data, and are like those of scripts.
const made = addon.create('näme')
assert.equal([typeof made, made.name, made.length, made()], ['function', 'näme', 0, true])
assert.equal(made instanceof Function, true)
assert.equal(String(made).includes('[native code]'), true)
assert.equal([made.call(1), made.apply({}, [1]), made.bind(1)(2)], [true, true, true])
assert.equal(addon.createNameless().name, '')
assert.equal(addon.createNameless()(), undefined)
assert.equal(addon.createWithoutCallback(), 'invalid_arg')

// They get their arguments, padded with undefined, and how many there were.
assert.equal(addon.arguments(), [undefined, undefined, undefined, 0])
assert.equal(addon.arguments(1), [1, undefined, undefined, 1])
assert.equal(addon.arguments(1, 2, 3), [1, 2, 3, 3])
assert.equal(addon.arguments(1, 2, 3, 4, 5), [1, 2, 3, 5])
assert.equal(addon.arguments(...Array(300).fill(1)), [1, 1, 1, 300])

// `this` is always an object, as in functions that are not strict.
assert.equal(addon.receiver(), addon)
const { receiver } = addon
assert.equal([receiver(), receiver.call(null)], [globalThis, globalThis])
assert.equal(receiver.call(made), made)
for (const primitive of [1, 'text', true, Symbol.iterator, 1n]) {
  const boxed = receiver.call(primitive)
  assert.equal([typeof boxed, boxed.valueOf()], ['object', primitive])
}

// They can be called with `new`, and classes derived from them.
assert.equal(addon.newTarget(), 'none')
const { newTarget } = addon
const instance = new newTarget()
assert.equal([instance.newTarget, instance instanceof newTarget], [newTarget, true])
assert.equal(newTarget.prototype.constructor, newTarget)
class Derived extends newTarget {
  own = 1
}
const derived = new Derived()
assert.equal([derived.newTarget, derived.own], [Derived, 1])
assert.equal([derived instanceof Derived, derived instanceof newTarget], [true, true])

// The addon calls functions with a receiver and arguments.
function describe(...values) {
  return [this, ...values]
}
assert.equal(addon.call(1, describe, 2, 'three'), [1, 2, 'three'])
assert.equal(addon.call(undefined, describe), [undefined])
assert.equal(
  addon.call(undefined, (value) => value, 5),
  5,
)
assert.equal(addon.call(addon, addon.receiver), addon)
assert.equal(
  addon.callWithMany((...values) => values),
  Array.from({ length: 100 }, (_, index) => index),
)
assert.equal(
  addon.callWithoutResult(() => ({})),
  'ok',
)
for (const value of [{}, 1, undefined]) assert.equal(addon.call(1, value), 'invalid_arg')

// And constructors, but for what is none.
class Script {
  is = 'made'
}
assert.equal(addon.construct(Script).is, 'made')
assert.equal(addon.construct({}), 'invalid_arg')
assert.throws(() => addon.construct(() => {}), TypeError, 'not a constructor')

// A recursion without end is an error, not the end of the process.
function forever() {
  return addon.call(undefined, forever)
}
assert.equal(assert.thrownBy(forever) instanceof Error, true)
assert.equal(addon.call(undefined, describe), [undefined])
