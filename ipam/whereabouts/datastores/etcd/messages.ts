/** The messages of etcd's v3 API, as its JSON gateway has them. */

import { base64Of, findBase64Bytes } from '#base/base64.ts'
import { findUtf8Text, utf8Bytes } from '#base/bytes.ts'
import { isObject } from '#schema/schema.ts'

/** Keys from one on, up to another, which is not one of them; without that the one key. */
export interface KeyRange {
  readonly key: string
  readonly end?: string
}

export interface EtcdEntry {
  readonly key: string
  readonly value: string
  /** The revision of the datastore with which it was written last; never 0. */
  readonly modRevision: bigint
}

/** What all must be true for a transaction to do the one and not the other. */
export type EtcdComparison = Readonly<Record<string, string>>

/** A part of a transaction, as the gateway wants it. */
export type EtcdOperation = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface EtcdTransaction {
  readonly compare: readonly EtcdComparison[]
  readonly success: readonly EtcdOperation[]
  readonly failure?: readonly EtcdOperation[]
}

/** All keys that begin with a text, which ends with a slash. */
export function under(folder: string): Required<KeyRange> {
  // What follows the slash in ASCII.
  return { key: folder, end: `${folder.slice(0, -1)}0` }
}

/** That a key was written last with a revision; with 0, that there is no such key. */
export function isWrittenAt(key: string, revision: bigint): EtcdComparison {
  return { ...encodeRange({ key }), target: 'MOD', result: 'EQUAL', mod_revision: `${revision}` }
}

/** That none of the keys there are was written after a revision. Of keys that are gone it knows nothing. */
export function isUnwrittenSince(range: KeyRange, revision: bigint): EtcdComparison {
  return {
    ...encodeRange(range),
    target: 'MOD',
    result: 'LESS',
    mod_revision: `${revision + 1n}`,
  }
}

export function put(key: string, value: string): EtcdOperation {
  return { request_put: { ...encodeRange({ key }), value: encodeText(value) } }
}

export function remove(key: string): EtcdOperation {
  return { request_delete_range: encodeRange({ key }) }
}

export function get(key: string): EtcdOperation {
  return { request_range: encodeRange({ key }) }
}

export function encodeRange({ key, end }: KeyRange): Readonly<Record<string, string>> {
  return { key: encodeText(key), ...(end !== undefined && { range_end: encodeText(end) }) }
}

function encodeText(text: string): string {
  return base64Of(utf8Bytes(text))
}

/** The revision of the datastore when it answered. @throws SyntaxError */
export function readRevision(answer: Readonly<Record<string, unknown>>): bigint {
  return isObject(answer.header) ? readInteger(answer.header.revision) : malformed('no header')
}

/** The entries of the answer to a range. @throws SyntaxError */
export function readEntries(answer: unknown): readonly EtcdEntry[] {
  const { kvs = [] } = isObject(answer) ? answer : {}
  return Array.isArray(kvs) ? kvs.map(readEntry) : malformed('kvs that are no list')
}

/** The entries that the ranges of a transaction have found. @throws SyntaxError */
export function readFoundEntries(answer: Readonly<Record<string, unknown>>): readonly EtcdEntry[] {
  const { responses = [] } = answer
  if (!Array.isArray(responses)) return malformed('responses that are no list')
  return responses.filter(isObject).flatMap((part) => readEntries(part.response_range))
}

function readEntry(entry: unknown): EtcdEntry {
  if (!isObject(entry)) return malformed('an entry that is no object')
  const { key, value = '', mod_revision: revision } = entry
  return { key: decodeText(key), value: decodeText(value), modRevision: readInteger(revision) }
}

function decodeText(encoded: unknown): string {
  const bytes = typeof encoded === 'string' ? findBase64Bytes(encoded) : undefined
  const text = bytes && findUtf8Text(bytes)
  return text ?? malformed('a key or a value that is no text')
}

/** Integers of 64 bits are strings there; those that are 0 are left out. */
function readInteger(value: unknown = '0'): bigint {
  const isInteger = typeof value === 'string' && /^[0-9]{1,19}$/.test(value)
  return isInteger ? BigInt(value) : malformed('a revision that is no number')
}

function malformed(what: string): never {
  throw new SyntaxError(`unexpected answer: ${what}`)
}
