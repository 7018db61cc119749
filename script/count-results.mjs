/**
 * Counts the tests in a report: vitest's JSON or ctest's JUnit XML.
 *
 * usage: node script/count-results.mjs FILE
 * Prints `PASSED FAILED SKIPPED`.
 */

import { readFileSync } from 'node:fs'

function countVitest(report) {
  // A file that cannot be loaded has failed without a failed test in it.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return [
    report.numPassedTests,
    report.numFailedTests + broken.length,
    report.numPendingTests + report.numTodoTests,
  ]
}

function countJunit(xml) {
  const [suite = ''] = /<testsuite\b[^>]*>/.exec(xml) ?? []
  const [tests, failures, disabled, skipped] = ['tests', 'failures', 'disabled', 'skipped'].map(
    (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0),
  )
  return [tests - failures - disabled - skipped, failures, disabled + skipped]
}

const [, , path] = process.argv
const text = readFileSync(path, 'utf8')
console.log((path.endsWith('.json') ? countVitest(JSON.parse(text)) : countJunit(text)).join(' '))
