const { addon, assert } = globalThis

// Handles stay where they are, however many follow.
assert.equal(addon.sumOfMany(), (2999 * 3000) / 2)

// What has been stored outlives the scope that it was made in.
const list = addon.listInScopes()
assert.equal(list.length, 3000)
assert.equal(
  list.every((object, index) => object.number === index),
  true,
)

// One value can escape from a scope, once.
assert.equal(addon.escaped('kept').is, 'kept')
assert.equal(addon.escapedTwice(1, 2), 'escape_called_twice')

assert.equal(addon.closedTooOften(), 'handle_scope_mismatch')

assert.equal(assert.thrownBy(() => addon.throwInScope('kept')).is, 'kept')

// Every call has a scope of its own.
function passBack(depth) {
  return (object) => {
    if (depth > 0) assert.equal(addon.nested(passBack(depth - 1)), true)
    return object
  }
}
assert.equal(addon.nested(passBack(20)), true)
