/**
 * Counts the tests in a report, vitest's JSON or ctest's JUnit XML, and names those that failed.
 *
 * usage: node script/count-results.mjs FILE
 * Prints `PASSED FAILED SKIPPED`, then a line for each failure.
 */

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

function firstLine(text) {
  return text.split('\n', 1)[0]
}

function readVitest(report) {
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative('.', name)
    const failed = assertionResults.filter((one) => one.status === 'failed')
    // A file that cannot be loaded has failed without a failed test in it.
    if (status === 'failed' && failed.length === 0) return [file]
    return failed.map(({ fullName, failureMessages: [why = ''] }) => {
      return `${file}: ${fullName}: ${firstLine(why)}`
    })
  })
  return {
    passed: report.numPassedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  }
}

function readJunit(xml) {
  const [suite = ''] = /<testsuite\b[^>]*>/.exec(xml) ?? []
  const [tests, failed, disabled, skipped] = ['tests', 'failures', 'disabled', 'skipped'].map(
    (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0),
  )
  const failures = [...xml.matchAll(/<testcase name="([^"]*)"[^>]*status="fail"/g)].map(
    ([, name]) => name,
  )
  return {
    passed: tests - failed - disabled - skipped,
    skipped: disabled + skipped,
    failures,
  }
}

const [, , path] = process.argv
const text = readFileSync(path, 'utf8')
const { passed, skipped, failures } = path.endsWith('.json')
  ? readVitest(JSON.parse(text))
  : readJunit(text)
console.log(`${passed} ${failures.length} ${skipped}`)
for (const failure of failures) console.log(failure)
