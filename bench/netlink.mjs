/**
 * Round trips to the kernel in a second: this package, npm `netlink`, and `ip` as a process.
 *
 * usage: script/bench netlink
 */

import { deepStrictEqual } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { ipSubject, netwrightSubject, npmNetlinkSubject } from './netlink-subjects.mjs'
import { measure } from './rounds.mjs'

const subjects = [netwrightSubject(), npmNetlinkSubject(), ipSubject()]

function versionOf(name) {
  const path = new URL(import.meta.resolve(`${name}/package.json`))
  return JSON.parse(readFileSync(path, 'utf8')).version
}

function printMachine() {
  const [{ model }] = cpus()
  const ip = spawnSync('ip', ['-V'], { encoding: 'utf8' }).stdout.trim()
  console.log(`${cpus().length} x ${model}, Linux ${release()}, Node.js ${process.version}`)
  console.log(`netwright ${versionOf('netwright')}, npm netlink ${versionOf('netlink')}, ${ip}`)
}

/** Fills the namespace up to `count` links: pairs of veth, and a bridge when one is missing. */
function fillUpTo(count) {
  const present = subjects[0].list().length
  const commands = Array.from(
    { length: Math.floor((count - present) / 2) },
    (_, i) => `link add a${present + i} type veth peer name b${present + i}`,
  )
  if ((count - present) % 2 === 1) commands.push('link add odd type bridge')
  const { status, stderr } = spawnSync('ip', ['-batch', '-'], { input: commands.join('\n') })
  if (status !== 0) throw new Error(`fill the namespace: ${stderr}`)
  deepStrictEqual(subjects[0].list().length, count)
}

/** What is compared must have read the same. */
async function requireSameList() {
  const [first, ...others] = await Promise.all(subjects.map((subject) => subject.list()))
  for (const other of others) deepStrictEqual(other, first)
}

const formatter = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

function print(title, results) {
  console.log(`\n${title}`)
  for (const [i, { perSecond, ratio }] of results.entries()) {
    const [low, median, high] = [perSecond.low, perSecond.median, perSecond.high].map((rate) =>
      formatter.format(rate).padStart(7),
    )
    const times = formatter.format(ratio.median)
    const spread = `${formatter.format(ratio.low)} to ${formatter.format(ratio.high)}`
    const against = i === 0 ? '' : `   takes ${times} times as long (${spread})`
    console.log(`  ${subjects[i].name.padEnd(12)}${median}/s (${low} to ${high})${against}`)
  }
}

printMachine()
print(
  'create a veth pair and add an address',
  await measure(subjects.map(({ create, remove }) => ({ run: create, after: remove }))),
)
print(
  'create a veth pair, add an address and remove the pair, for which the kernel waits (README.md)',
  // Long rounds, because the kernel's waiting varies by more than the subjects differ.
  await measure(
    subjects.map(({ cycle }) => ({ run: cycle })),
    200,
  ),
)
for (const count of [10, 1000]) {
  fillUpTo(count)
  await requireSameList()
  print(`list ${count} links`, await measure(subjects.map(({ list }) => ({ run: list }))))
}
