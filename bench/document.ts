/** The document that has the numbers of one run. */

import { readFileSync, writeFileSync } from 'node:fs'

const document = 'docs/performance.md'

/** Puts a text between the two marks of a name. @throws Error when they are not there */
export function writeMeasured(name: string, text: string): void {
  const pattern = new RegExp(`^(.*<!-- ${name} -->\\n).*(<!-- end of ${name} -->.*)$`, 's')
  const parts = pattern.exec(readFileSync(document, 'utf8'))
  if (parts === null) throw new Error(`write ${document}: its marks are gone`)
  const [, before = '', after = ''] = parts
  writeFileSync(document, `${before}\n${text}\n\n${after}`)
}
