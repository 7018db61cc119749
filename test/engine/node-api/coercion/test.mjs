const { addon, assert } = globalThis

const error = new Error('from a script')
const fail = () => {
  throw error
}

const values = [
  ...[undefined, null, true, false, 0, -0, 1, -1.5, NaN, Infinity, 1e21],
  ...['', ' ', '0', '12', '1e3', 'text', 'käse'],
  ...[{}, [], [5], [1, 2], new Date(5), /x/, Object('5'), Object(false)],
  ...[{ valueOf: () => 7, toString: () => 'eight' }, { [Symbol.toPrimitive]: (hint) => hint }],
]
for (const value of values) {
  assert.equal(addon.toBoolean(value), Boolean(value))
  assert.equal(addon.toNumber(value), Number(value))
  assert.equal(addon.toText(value), String(value))
}
assert.equal([addon.toBoolean(0n), addon.toText(2n ** 70n)], [false, '1180591620717411303424'])

// What cannot be converted is a TypeError.
assert.equal(addon.toBoolean(Symbol.iterator), true)
assert.throws(() => addon.toNumber(Symbol.iterator), TypeError, 'ymbol')
assert.throws(() => addon.toText(Symbol.iterator), TypeError, 'ymbol')
assert.throws(() => addon.toNumber(1n), TypeError, 'onvert')
for (const nothing of [null, undefined]) {
  assert.throws(() => addon.toObject(nothing), TypeError, 'onvert undefined or null to object')
}
for (const action of [addon.toNumber, addon.toText]) {
  assert.equal(
    assert.thrownBy(() => action({ [Symbol.toPrimitive]: fail })),
    error,
  )
}

// An object is itself; of others there is one with their value.
const object = {}
assert.equal(addon.toObject(object), object)
for (const value of [1, 'text', true, Symbol.iterator, 5n]) {
  const boxed = addon.toObject(value)
  assert.equal([typeof boxed, boxed.valueOf()], ['object', value])
}

for (const left of [...values, 'text', 'te', 1, 2n ** 70n]) {
  for (const right of [...values, `te${'xt'}`, 2n ** 70n]) {
    assert.equal(addon.isSame(left, right), left === right)
  }
}

class Parent {}
class Child extends Parent {}
assert.equal(
  [addon.isInstance(new Child(), Parent), addon.isInstance(new Parent(), Child)],
  [true, false],
)
assert.equal([addon.isInstance(1, Number), addon.isInstance([], Object)], [false, true])
function Picky() {}
Object.defineProperty(Picky, Symbol.hasInstance, { value: (value) => value === 5 })
assert.equal([addon.isInstance(5, Picky), addon.isInstance(new Picky(), Picky)], [true, false])
function Hostile() {}
Object.defineProperty(Hostile, Symbol.hasInstance, { value: fail })
assert.equal(
  assert.thrownBy(() => addon.isInstance(object, Hostile)),
  error,
)
const refused = assert.thrownBy(() => addon.isInstance(object, {}))
assert.equal([refused instanceof TypeError, refused.code], [true, 'ERR_NAPI_CONS_FUNCTION'])
