const { addon, assert } = globalThis

// Errors are made with a code, or without.
const kinds = [
  [addon.createError, addon.throwError, Error],
  [addon.createTypeError, addon.throwTypeError, TypeError],
  [addon.createRangeError, addon.throwRangeError, RangeError],
]
for (const [create, throwNamed, kind] of kinds) {
  const error = create('CODE', 'what happened')
  assert.equal(Object.getPrototypeOf(error), kind.prototype)
  assert.equal([error.message, error.code], ['what happened', 'CODE'])
  assert.equal(typeof error.stack, 'string')
  assert.equal(Object.hasOwn(create(undefined, 'what'), 'code'), false)
  assert.equal(Object.keys(error), ['code'])

  const thrown = assert.thrownBy(() => throwNamed('CODE', 'what happened'))
  assert.equal(Object.getPrototypeOf(thrown), kind.prototype)
  assert.equal([thrown.message, thrown.code], ['what happened', 'CODE'])
  const plain = assert.thrownBy(() => throwNamed(undefined, 'käse'))
  assert.equal([plain.message, Object.hasOwn(plain, 'code')], ['käse', false])
}

// The message and the code of an error are strings.
assert.equal(addon.createError('CODE', 1), 'string_expected')
assert.equal(addon.createError(1, 'what'), 'string_expected')
assert.equal(addon.createError('CODE'), 'invalid_arg')

// Anything can be thrown, and only the first counts.
const values = [undefined, null, 0, 'text', Symbol.iterator, { a: 1 }, new Error('x')]
for (const value of values) {
  assert.equal(
    assert.thrownBy(() => addon.throwValue(value)),
    value,
  )
}
assert.equal(
  assert.thrownBy(() => addon.throwBoth(1, 2)),
  1,
)

// Errors are told from what only looks like one.
assert.equal(addon.isError(new TypeError('x')), true)
assert.equal(addon.isError(Object.create(Error.prototype)), false)
assert.equal(addon.isError({ message: 'x', stack: '' }), false)
assert.equal(addon.isError('x'), false)

// What a script throws, the addon can handle or let pass.
for (const value of values) {
  const fail = () => {
    throw value
  }
  assert.equal(addon.caught(fail), value)
  assert.equal(
    assert.thrownBy(() => addon.passed(fail)),
    value,
  )
}
assert.equal(addon.nothingPending(), undefined)
assert.equal(
  addon.passed(() => 1),
  'not thrown',
)

// Errors of the engine are like those of scripts, also once the addon has handled some.
for (let round = 0; round < 3; round += 1) {
  const missing = addon.caught(() => undefined.property)
  assert.equal(missing instanceof TypeError, true)
  assert.equal(typeof missing.stack, 'string')
}

// And those that the engine throws at the addon, which leave no trace in the script that called it.
const notConstructor = () => {}
for (let round = 0; round < 3; round += 1) {
  assert.equal(addon.caughtOfEngine(notConstructor) instanceof TypeError, true)
}
assert.equal(new Error('later').stack.includes('<internal>'), false)

// Through several layers of addon and script.
const inner = new RangeError('inner')
const layers = () =>
  addon.passed(() => {
    try {
      addon.passed(() => addon.throwValue(inner))
    } catch (error) {
      throw Object.assign(new Error('outer'), { inner: error })
    }
  })
assert.equal(assert.thrownBy(layers).inner, inner)
assert.equal(addon.caught(layers).inner, inner)

// While an exception is pending, no script is run.
const throwing = () => {
  throw inner
}
assert.equal(addon.whilePending(throwing), `ok ${'pending_exception '.repeat(6)}ok `)

// The addon can ask what the last call has failed with.
assert.equal(addon.lastErrors(), 'number_expected with text ok without text')
