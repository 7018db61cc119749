const { addon, assert } = globalThis

const symbol = Symbol('key')
const converted = { toString: () => 'converted' }

// Any value can be a key, as in scripts.
for (const key of ['text', 'käse', '', symbol, 7, -1, 1.5, true, null, undefined, converted]) {
  const object = {}
  assert.equal([addon.has(object, key), addon.get(object, key)], [false, undefined])
  assert.equal(addon.set(object, key, 'value'), 'ok')
  assert.equal([object[key], addon.get(object, key)], ['value', 'value'])
  assert.equal(addon.has(object, key), true)
  assert.equal(addon.delete(object, key), true)
  assert.equal([Reflect.ownKeys(object).length, addon.delete(object, key)], [0, true])
}

// Own properties are told from inherited ones, and only by names.
const heir = Object.create({ [symbol]: 1, inherited: 1 })
heir.own = 1
assert.equal([addon.has(heir, 'inherited'), addon.has(heir, symbol)], [true, true])
assert.equal([addon.hasOwn(heir, 'inherited'), addon.hasOwn(heir, symbol)], [false, false])
assert.equal(addon.hasOwn(heir, 'own'), true)
for (const key of [1, null, {}, true]) assert.equal(addon.hasOwn(heir, key), 'name_expected')

// Names and indices.
const named = {}
assert.equal([addon.hasNamed(named, 'ä'), addon.getNamed(named, 'ä')], [false, undefined])
assert.equal([addon.setNamed(named, 'ä', 1), addon.setNamed(named, '12', 2)], ['ok', 'ok'])
assert.equal([named.ä, named[12], addon.getNamed(named, 'ä')], [1, 2, 1])
assert.equal([addon.hasNamed(named, 'ä'), addon.hasNamed(named, 'toString')], [true, true])

const list = ['zero']
for (const index of [0, 3, 4_000_000_000]) {
  assert.equal(addon.setElement(list, index, index), 'ok')
  assert.equal([addon.getElement(list, index), list[index]], [index, index])
  assert.equal(addon.hasElement(list, index), true)
}
assert.equal([list.length, addon.hasElement(list, 1)], [4_000_000_001, false])
assert.equal([addon.deleteElement(list, 3), addon.hasElement(list, 3)], [true, false])
assert.equal([addon.getElement('text', 1), addon.getElement(new Uint8Array([5]), 0)], ['e', 5])

// Values that are no objects have the properties of such.
assert.equal([addon.get('text', 'length'), addon.has('text', 'length')], [4, true])
assert.equal([addon.getNamed(1, 'toFixed'), addon.has(1, 'toFixed')], [(1).toFixed, true])
assert.equal(addon.set(1, 'a', 1), 'ok')
for (const nothing of [null, undefined]) {
  for (const action of [addon.get, addon.has, addon.delete, addon.setNamed, addon.getElement]) {
    assert.throws(() => action(nothing, 'a', 1), TypeError, 'onvert undefined or null to object')
  }
}

// What does not take a property silently stays as it is, as without strict mode.
const frozen = Object.freeze({ a: 1 })
assert.equal([addon.set(frozen, 'a', 2), addon.setNamed(frozen, 'b', 2)], ['ok', 'ok'])
assert.equal([addon.setElement(Object.freeze([1]), 0, 2), frozen.a, frozen.b], ['ok', 1, undefined])
assert.equal([addon.delete(frozen, 'a'), frozen.a], [false, 1])
assert.equal(
  addon.set(
    {
      get a() {
        return 1
      },
    },
    'a',
    1,
  ),
  'ok',
)

// Scripts may run, and throw.
const error = new Error('from a script')
const fail = () => {
  throw error
}
const hostile = new Proxy({}, { get: fail, set: fail, has: fail, deleteProperty: fail })
const actions = [
  () => addon.get(hostile, 'a'),
  () => addon.getNamed(hostile, 'a'),
  () => addon.set(hostile, 'a', 1),
  () => addon.setElement(hostile, 0, 1),
  () => addon.has(hostile, 'a'),
  () => addon.delete(hostile, 'a'),
  () => addon.deleteElement(hostile, 0),
  () => addon.get({}, { toString: fail }),
  () => addon.set({}, { toString: fail }, 1),
]
for (const action of actions) assert.equal(assert.thrownBy(action), error)
const watched = new Proxy({}, { get: (_, key, receiver) => [key, receiver] })
assert.equal(addon.getNamed(watched, 'seen'), ['seen', watched])

// Properties are defined with their attributes.
const writable = 1
const enumerable = 2
const configurable = 4
for (const name of ['a', symbol]) {
  for (let flags = 0; flags < 8; flags += 1) {
    const object = { stored: 'here' }
    const expected = [flags & enumerable, flags & configurable].map(Boolean)
    assert.equal(addon.define(object, name, 'value', flags, 'v'), 'ok')
    const value = Object.getOwnPropertyDescriptor(object, name)
    assert.equal([value.value, value.writable], ['v', Boolean(flags & writable)])
    assert.equal([value.enumerable, value.configurable], expected)

    const other = { stored: 'here' }
    assert.equal(addon.define(other, name, 'method', flags), 'ok')
    const method = Object.getOwnPropertyDescriptor(other, name)
    assert.equal([other[name](5), method.writable], [5, Boolean(flags & writable)])
    assert.equal([method.enumerable, method.configurable], expected)

    const third = { stored: 'here' }
    assert.equal(addon.define(third, name, 'accessor', flags), 'ok')
    third[name] = 'there'
    const accessor = Object.getOwnPropertyDescriptor(third, name)
    assert.equal([third[name], third.stored], ['there', 'there'])
    assert.equal([accessor.enumerable, accessor.configurable], expected)
  }
}
const half = { stored: 1 }
assert.equal(addon.define(half, 'get', 'getter', configurable), 'ok')
assert.equal(addon.define(half, 'set', 'setter', configurable), 'ok')
half.set = 2
assert.equal([half.get, half.set], [2, undefined])
assert.throws(
  () => {
    half.get = 3
  },
  TypeError,
  '',
)
assert.equal(addon.define(half, 'get', 'value', configurable, 'instead'), 'ok')
assert.equal(half.get, 'instead')

// What cannot be defined is refused.
assert.equal(addon.define({}, 1, 'value', 0, 1), 'name_expected')
assert.equal(addon.define(1, 'a', 'value', 0, 1), 'ok')
assert.throws(() => addon.define(null, 'a', 'value', 0, 1), TypeError, 'undefined or null')
assert.equal(addon.define(frozen, 'a', 'value', 0, 2), 'invalid_arg')
assert.equal(addon.define(frozen, 'b', 'value', 0, 2), 'invalid_arg')
assert.equal(
  assert.thrownBy(() => addon.define(new Proxy({}, { defineProperty: fail }), 'a', 'value', 0, 1)),
  error,
)
