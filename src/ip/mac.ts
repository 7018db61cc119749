/** Hardware addresses of six bytes. */

import { describeFound } from '#base/config-error.ts'

declare const macBrand: unique symbol

/** A hardware address in its one canonical form, `02:42:ac:11:00:02`; equal values are `===`. */
export type Mac = string & { readonly [macBrand]: true }

/** The hardware address a text means, or nothing; for the accepted forms see `parseMac`. */
export function findMac(text: string): Mac | undefined {
  const separatedPairs = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i
  const dottedQuads = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i
  if (!separatedPairs.test(text) && !dottedQuads.test(text)) return undefined
  const digits = text.toLowerCase().replace(/[:.-]/g, '')
  return digits.replace(/..(?!$)/g, '$&:') as Mac
}

/**
 * Accepts `02:42:ac:11:00:02`, `02-42-ac-11-00-02` and `0242.ac11.0002` in either case.
 *
 * @throws SyntaxError quoting the text
 */
export function parseMac(text: string): Mac {
  const mac = findMac(text)
  if (mac === undefined) throw new SyntaxError(`invalid hardware address ${describeFound(text)}`)
  return mac
}
