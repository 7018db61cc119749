/** YAML, for files that are not JSON. Whoever needs it imports it then, as the library is large. */

import { parseDocument } from 'yaml'

/**
 * The value of a document.
 *
 * @throws SyntaxError with the place and without the text, which may hold secrets
 */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const before = text.slice(0, error.pos[0]).split('\n')
    throw new SyntaxError(`line ${before.length}: ${error.code}`)
  }
  return document.toJS()
}
