const { addon, assert } = globalThis

const symbol = Symbol('member')
const Native = addon.define('Native', symbol)
const Other = addon.define('Other', symbol)

assert.equal([typeof Native, Native.name, Native.length], ['function', 'Native', 0])
assert.equal(Object.getPrototypeOf(Native), Function.prototype)
assert.equal(Native.prototype.constructor, Native)
assert.equal(Object.getPrototypeOf(Native.prototype), Object.prototype)

// A constructor gets the new object, what it was called with, and with what.
const object = new Native('first')
assert.equal([object instanceof Native, object instanceof Other], [true, false])
assert.equal(Object.getPrototypeOf(object), Native.prototype)
assert.equal([object.newTarget, object.first, object.data], [Native, 'first', true])
assert.equal(addon.newInstance(Native, 1, 2).first, 1)
assert.equal(addon.newInstance(Native).first, undefined)

// It can be called without `new`, too, and decides itself what that means.
assert.equal(Native(), 'called without new')
assert.equal(Native.call({}), 'called without new')

// If it returns an object, that is the new one; anything else is ignored.
const replaced = {}
assert.equal(new Native(() => replaced), replaced)
const kept = new Native(() => 'text')
assert.equal(kept instanceof Native, true)

// What it throws passes.
const error = new Error('not constructed')
const fail = () => {
  throw error
}
assert.equal(
  assert.thrownBy(() => new Native(fail)),
  error,
)
assert.equal(
  assert.thrownBy(() => addon.newInstance(Native, fail)),
  error,
)

// A class can be derived from it.
class Derived extends Native {
  own = 'own'
  constructor(first) {
    super(first)
    this.later = this.method()
  }
  method(value) {
    return value ?? super.method('from above')
  }
  static make() {
    return Native.make.call(Derived)
  }
}
class Again extends Derived {}
for (const derivedClass of [Derived, Again]) {
  const derived = new derivedClass('first')
  assert.equal(Object.getPrototypeOf(derived), derivedClass.prototype)
  assert.equal([derived instanceof Native, derived.newTarget], [true, derivedClass])
  assert.equal([derived.own, derived.later, derived.first], ['own', 'from above', 'first'])
  assert.equal([derived.method('given'), derivedClass.make()], ['given', true])
  assert.equal(derived.shown(), derived)
}
assert.equal(
  assert.thrownBy(() => new Derived(fail)),
  error,
)
const reflected = Reflect.construct(Native, ['first'], Other)
assert.equal([reflected.newTarget, reflected instanceof Other], [Other, true])
function Bare() {}
Bare.prototype = null
assert.equal(Object.getPrototypeOf(Reflect.construct(Native, [], Bare)), Object.prototype)

// Members are found where and how they were described.
/** Whether writable (w), enumerable (e) and configurable (c), and what is in it. */
function shape(holder, name) {
  const property = Object.getOwnPropertyDescriptor(holder, name)
  const flags = [
    property.writable ? 'w' : '',
    property.enumerable ? 'e' : '',
    property.configurable ? 'c' : '',
    property.get ? ' get' : '',
    property.set ? ' set' : '',
  ]
  return flags.join('')
}
assert.equal(shape(Native.prototype, 'method'), 'wc')
assert.equal(shape(Native.prototype, 'shown'), 'wec')
assert.equal(shape(Native.prototype, 'hidden'), '')
assert.equal(shape(Native.prototype, symbol), 'wc')
assert.equal(shape(Native.prototype, 'self'), 'c get')
assert.equal(shape(Native.prototype, 'answer'), 'e get set')
assert.equal(shape(Native.prototype, 'writeOnly'), ' set')
assert.equal(shape(Native.prototype, 'value'), 'e')
assert.equal(shape(Native.prototype, 'constructor'), 'wc')
assert.equal(shape(Native, 'make'), 'wc')
assert.equal(shape(Native, 'only'), ' get')
assert.equal(shape(Native, 'constant'), '')
assert.equal(shape(Native, 'prototype'), 'w')
assert.equal(Reflect.ownKeys(object), ['newTarget', 'first', 'data'])

assert.equal([object.method(1), object.method(), object[symbol](2)], [1, object, 2])
assert.equal([object.self, object.answer, object.value], [object, 'got', 42])
object.answer = 'set'
assert.equal(object.hasBeenSet, 'set')
object.writeOnly = 'again'
assert.equal([object.hasBeenSet, object.writeOnly], ['again', undefined])
assert.equal([Native.make(), Native.only, Native.constant], [true, 'got', 42])

// A method refuses what is not of its class, so that it cannot take it for something else.
for (const stranger of [{}, Object.create(Native.prototype), new Other(), Native, undefined, 1]) {
  assert.throws(() => object.method.call(stranger), TypeError, 'Illegal invocation')
}
assert.equal(object.method.call(new Derived()) instanceof Derived, true)
assert.equal(Native.make.call(undefined), true)

// The name of a member is a string or a symbol.
assert.equal(addon.defineWith('name'), 'ok')
assert.equal(addon.defineWith(symbol), 'ok')
assert.equal(addon.defineWith(1), 'name_expected')
