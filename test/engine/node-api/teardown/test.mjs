const { addon, assert } = globalThis

// The addon has what it has set, and can replace it.
assert.equal(addon.getInstanceData(), 'the first instance data')
assert.equal(addon.setInstanceData(), 'ok')
assert.equal(addon.getInstanceData(), 'the second instance data')

// All of these live until the end.
globalThis.kept = [{}, addon.addFinalizer, Object.freeze([]), {}]
const [oldest, middle, newest, removed] = globalThis.kept
assert.equal(addon.wrapOldest(oldest, { is: 'referred to' }), 'ok')
assert.equal(addon.addFinalizer(middle), 'ok')
assert.equal(addon.wrapNewest(newest), 'ok')
assert.equal(addon.wrapAndRemove(removed), 'ok')
