const { addon, assert, turn } = globalThis

assert.equal(addon.isOneLoop(), true)

/** What happens when the loop calls `action`. */
async function told(action) {
  const story = []
  addon.later(
    (argument) => action(story, argument),
    (status, result) => story.push(status, result),
  )
  await assert.eventually(() => story.length > 1)
  return story
}

// A call gets its arguments and gives its result; what it makes ready happens before anything else.
assert.equal(await told((story, argument) => story.push('called', argument)), [
  'called',
  'argument',
  'ok',
  2,
])
const order = await told((story) => {
  void Promise.resolve()
    .then(() => story.push('job'))
    .then(() => story.push('job of a job'))
  story.push('call')
  return 'result'
})
assert.equal(order, ['call', 'job', 'job of a job', 'ok', 'result'])

// What it throws is pending, and no more than that.
const thrown = new Error('thrown')
const failed = await told(() => {
  throw thrown
})
assert.equal(failed, ['pending_exception', thrown])
assert.equal(await told(() => 'as before'), ['ok', 'as before'])

// What is no function is not called.
const wrong = []
addon.later({}, (status) => wrong.push(status))
await assert.eventually(() => wrong.length > 0)
assert.equal(wrong[0] === 'ok', false)

// Within a call of a script jobs wait for the script.
await turn()
const within = []
const result = addon.now(() => {
  void Promise.resolve().then(() => within.push('job'))
  return 'now'
})
assert.equal([result, ...within], ['now'])
await turn()
assert.equal(within, ['job'])

assert.equal(addon.openGuests(), 'ok')
