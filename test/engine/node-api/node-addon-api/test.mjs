const { addon, assert, gc, turn } = globalThis
const { Counter } = addon

// A class in C++ is a class in scripts.
const counter = new Counter(5)
assert.equal([Counter.name, Counter.kind, counter instanceof Counter], ['Counter', 'native', true])
assert.equal([counter.add(2), counter.value, counter.self()], [counter, 7, counter])
counter.value = '40'
assert.equal(counter.add(2).value, 42)
assert.throws(() => Counter(1), TypeError, 'without')
assert.throws(() => new Counter('text'), TypeError, 'expected a number')
assert.throws(() => counter.add.call({}), TypeError, 'Illegal invocation')

class Named extends Counter {
  name = 'named'
  add(value) {
    return super.add(10 * value)
  }
}
const named = new Named(1)
assert.equal([named.add(2).value, named.name, named.self()], [21, 'named', named])

// Its native object goes with it, and not before.
function makeMany() {
  for (let index = 0; index < 20; index += 1) new Counter(index).other = new Named()
}
makeMany()
await assert.eventually(() => Counter.living() === 2)
assert.equal([counter.value, named.value], [42, 21])

// Errors pass in both directions.
const error = new RangeError('from a script')
const fail = () => {
  throw error
}
assert.equal(
  assert.thrownBy(() => addon.callThrough(fail)),
  error,
)
const caught = addon.callSafely(fail)
assert.equal([caught.message, caught.value], ['from a script', error])
assert.equal(
  addon.callSafely((value) => value, 5),
  5,
)
for (const value of [1, 'text', null, undefined]) {
  const failWith = () => {
    throw value
  }
  assert.equal(
    assert.thrownBy(() => addon.callThrough(failWith)),
    value,
  )
  addon.callSafely(failWith)
}
for (const [kind, errorClass, message] of [
  ['type', TypeError, 'a type'],
  ['range', RangeError, 'a range'],
  ['other', Error, 'an error'],
]) {
  const thrown = assert.thrownBy(() => addon.throwOf(kind))
  assert.equal(Object.getPrototypeOf(thrown), errorClass.prototype)
  assert.equal(thrown.message, message)
}
assert.equal(assert.thrownBy(() => addon.misuse('text')) instanceof TypeError, true)
assert.equal(assert.thrownBy(() => addon.callThrough(undefined)) instanceof Error, true)
assert.equal(addon.callSafely(() => addon.callThrough(fail)).value, error)

// Constructors are called with `new`.
assert.equal(addon.construct(Named, 3).value, 3)
assert.equal(
  assert.thrownBy(() =>
    addon.construct(
      class {
        constructor() {
          fail()
        }
      },
    ),
  ),
  error,
)

// Functions can have a state, and be remembered.
const next = addon.makeNext()
assert.equal([next.name, next(), next(), addon.makeNext()(), next()], ['next', 1, 2, 1, 3])
for (let index = 0; index < 20; index += 1) addon.makeNext()()
addon.remember((value) => [value, 'remembered'])
gc()
await turn()
assert.equal(addon.callRemembered(1), [1, 'remembered'])

// Typed arrays, BigInts, objects and arrays.
const doubled = addon.doubled(new Uint8Array([0, 1, 200]).subarray(1))
assert.equal([doubled instanceof Uint16Array, ...doubled], [true, 2, 400])
assert.equal([addon.negated(5n), addon.negated(-(2n ** 62n))], [-5n, 2n ** 62n])
assert.throws(() => addon.negated(2n ** 64n), RangeError, 'more than 64 bits')
const nested = addon.nested(700)
assert.equal([nested.count, nested.list.length, Object.keys(nested).length], [700, 700, 1])
assert.equal(
  nested.list.every((item, index) => item.index === index && item.text === `nummer ${index} ä`),
  true,
)
