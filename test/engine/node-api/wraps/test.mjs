const { addon, assert, gc, turn } = globalThis

class Script {}
const targets = [
  () => ({}),
  () => [1, 2],
  () => new Script(),
  () => Object.freeze({ a: 1 }),
  () => new Proxy({}, { get: () => 'trapped' }),
  () => () => {},
  () => addon.wrap.bind(),
  () => new Map(),
]

// Any object can be wrapped, once; scripts see nothing of it.
for (const make of targets) {
  const object = make()
  const keys = Reflect.ownKeys(object)
  assert.equal(addon.unwrap(object), 'invalid_arg')
  assert.equal(addon.removeWrap(object), 'invalid_arg')
  assert.equal(addon.wrap(object, 7), 'ok')
  assert.equal(addon.unwrap(object), 7)
  assert.equal(addon.wrap(object, 8), 'invalid_arg')
  assert.equal(addon.unwrap(object), 7)
  assert.equal(Reflect.ownKeys(object), keys)
  assert.equal(addon.removeWrap(object), 7)
  assert.equal(addon.unwrap(object), 'invalid_arg')
  assert.equal(addon.wrap(object, 9), 'ok')
  assert.equal(addon.unwrap(object), 9)
  assert.equal(addon.wrapWithReference(make()), true)
}

// Only the object itself is wrapped: no heir, no target of a proxy.
const wrapped = {}
addon.wrap(wrapped, 1)
assert.equal(addon.unwrap(Object.create(wrapped)), 'invalid_arg')
assert.equal(addon.unwrap(new Proxy(wrapped, {})), 'invalid_arg')
const target = {}
addon.wrap(new Proxy(target, {}), 1)
assert.equal(addon.unwrap(target), 'invalid_arg')

// Nothing but an object can be.
for (const value of [1, 'text', null, undefined, Symbol.iterator, 1n]) {
  assert.equal(addon.wrap(value, 1), 'invalid_arg')
  assert.equal(addon.unwrap(value), 'invalid_arg')
  assert.equal(addon.addFinalizer(value, 1), 'invalid_arg')
}
for (const value of [null, undefined]) {
  assert.throws(() => addon.tag(value, 1), TypeError, 'onvert undefined or null to object')
  assert.throws(() => addon.hasTag(value, 1), TypeError, 'onvert undefined or null to object')
}

/** How often the finalizer with this number has run. */
function timesOf(number) {
  return addon.finalized().filter((item) => item === number).length
}

// A finalizer runs once, when the object has gone, and gets its data and its hint.
let number = 100
for (const make of targets) {
  number += 10
  addon.wrap(make(), number, 1)
  await assert.eventually(() => timesOf(number + 1) > 0)
}
for (const [index] of targets.entries()) assert.equal(timesOf(111 + 10 * index), 1)

// Not while it lives, and not when the wrap has been removed.
const kept = {}
addon.wrap(kept, 500, 1)
function unwrapAgain() {
  const object = {}
  addon.wrap(object, 600, 1)
  addon.removeWrap(object)
  addon.addFinalizer(object, 700)
}
unwrapAgain()
await assert.eventually(() => timesOf(700) > 0)
assert.equal([timesOf(501), timesOf(601)], [0, 0])

// An object can have several finalizers besides its wrap, and may be part of a cycle.
function addSeveral() {
  const object = { self: undefined }
  object.self = object
  addon.wrap(object, 800, 1)
  for (const data of [810, 820, 830]) assert.equal(addon.addFinalizer(object, data), 'ok')
}
addSeveral()
await assert.eventually(() => [801, 810, 820, 830].every((item) => timesOf(item) > 0))
assert.equal([801, 810, 820, 830].map(timesOf), [1, 1, 1, 1])

// Finalizers run between two turns, and may do whatever an addon may do.
const calls = []
function callBackFrom(object) {
  addon.callWhenGone(object, (made) => {
    gc()
    calls.push(made.from)
  })
}
for (const make of targets) callBackFrom(make())
const cyclic = () => {
  const object = {}
  object.self = object
  return object
}
callBackFrom(cyclic())
gc()
assert.equal(calls, [])
await turn()
await assert.eventually(() => calls.length === targets.length + 1)
assert.equal(
  calls.every((from) => from === 'finalizer'),
  true,
)

// An object is tagged once; tags are not inherited.
for (const make of targets) {
  const object = make()
  assert.equal(addon.hasTag(object, 1), false)
  assert.equal(addon.tag(object, 1), 'ok')
  assert.equal([addon.hasTag(object, 1), addon.hasTag(object, 2)], [true, false])
  assert.equal(addon.tag(object, 2), 'invalid_arg')
  assert.equal([addon.hasTag(object, 1), addon.hasTag(object, 2)], [true, false])
  assert.equal(addon.hasTag(Object.create(object), 1), false)
}
// A tag and a wrap do not know of each other.
addon.tag(kept, 1)
assert.equal(addon.unwrap(kept), 500)
