const { addon, assert } = globalThis

for (let round = 0; round < 3; round += 1) {
  assert.throws(() => addon.throwRuntimeError(), Error, 'let out')
  assert.throws(() => addon.throwBadAlloc(), Error, 'bad_alloc')
  assert.throws(() => addon.throwNumber(), Error, 'unknown')
  assert.equal(
    assert.thrownBy(() => addon.throwBoth('pending')),
    'pending',
  )
}
assert.throws(() => new addon.throwRuntimeError(), Error, 'let out')

// At the end of the environment there is nobody to tell.
globalThis.kept = {}
assert.equal(addon.failWhenGone(globalThis.kept), 'ok')
