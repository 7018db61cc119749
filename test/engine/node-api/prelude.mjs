// What the conformance tests assert with, on every engine.

function show(value) {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  return Object.is(value, -0) ? '-0' : String(value)
}

function isEqual(left, right) {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]))
  }
  return Object.is(left, right)
}

function equal(actual, expected) {
  if (isEqual(actual, expected)) return
  throw new Error(`expected ${show(expected)}, found ${show(actual)}`)
}

/** Runs `action` and returns what it throws. */
function thrownBy(action) {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('expected an exception')
}

/** Runs `action`, which throws an error of `kind` with something in its message. */
function throws(action, kind, part) {
  const error = thrownBy(action)
  if (!(error instanceof kind)) {
    throw new Error(`expected a ${kind.name}, found ${show(error)}`)
  }
  if (!error.message.includes(part)) throw new Error(`expected ${show(part)} in ${show(error)}`)
}

/** Collects garbage until `condition` holds. What dies in a cycle takes more than one collection. */
async function eventually(condition) {
  const { gc, turn } = globalThis
  for (let round = 0; round < 10; round += 1) {
    gc()
    await turn()
    if (condition()) return
  }
  throw new Error(`after 10 collections still not ${condition}`)
}

globalThis.assert = { equal, thrownBy, throws, eventually }
