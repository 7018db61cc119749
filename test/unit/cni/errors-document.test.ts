import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cniErrorCodes } from '#base/cni-error.ts'
import { errorRules } from '#cni/error-mapping.ts'

/** The cells of every row of the table whose first heading is `heading`. */
function tableOf(heading: string): string[][] {
  const file = new URL('../../../docs/errors.md', import.meta.url)
  const lines = readFileSync(file, 'utf8').split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2
  const rows = lines.slice(start)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

test('docs/errors.md has exactly the codes we have', () => {
  const documented = tableOf('code').map(([code, name]) => [name, Number(code)])
  expect(documented).toEqual(Object.entries(cniErrorCodes))
})

test('docs/errors.md says when each code is given', () => {
  for (const [code, , when] of tableOf('code')) expect(when, `code ${code}`).not.toBe('')
})

test('docs/errors.md has exactly the rows of the table of failures', () => {
  const rules = errorRules.map(({ thrown, code, statusCode }) => [thrown, code, statusCode])
  const others = ['anything else', cniErrorCodes.internal, cniErrorCodes.internal]
  const documented = tableOf('failure').map(([thrown, code, statusCode]) => {
    return [thrown, Number(code), Number(statusCode)]
  })
  expect(documented).toEqual([...rules, others])
})
