/**
 * Reads decoded JSON into typed values, the way CNI configurations are read.
 *
 * A plugin's `config.ts` declares the type by hand, so that the compiler checks it against the
 * schema. A schema at the top level is built once, for the executable when that is built:
 *
 * ```ts
 * export interface BridgeConfig {
 *   readonly name: string
 *   readonly mtu?: number
 *   readonly isGateway: boolean
 *   readonly ranges?: readonly { readonly subnet: IpPrefix }[]
 * }
 *
 * const range = fields({ subnet: ipPrefix() })
 * const config = fields({
 *   bridge: withDefault(text(), 'cni0'),
 *   mtu: optional(wholeNumber(0, 65535)),
 *   isGateway: withDefault(flag(), false),
 *   ranges: optional(listOf(range)),
 * })
 *
 * export function readBridgeConfig(raw: unknown): BridgeConfig {
 *   const { bridge, ...others } = readConfig(config, raw)
 *   return { ...others, name: bridge }
 * }
 * ```
 */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'

/** Where the value is that is being read; one list for a whole reading, which grows and shrinks. */
export type Position = (string | number)[]

/** Turns a decoded JSON value into a `T`. */
export interface Schema<T> {
  /** @throws ConfigError saying what was expected at the position, as `mismatch` makes it */
  readonly read: (value: unknown, position: Position) => T
  /** What a missing key means. */
  readonly fallback?: { readonly value: T }
  /** Whether the empty text counts as the absence of the key. */
  readonly emptyIsAbsent?: boolean
  /** Of an object: what its keys hold. */
  readonly entries?: Entries
  /** Of a list: what each of its items is. */
  readonly item?: Schema<unknown>
}

/** A schema for a key that may be missing; the result then lacks the key too. */
export interface OptionalSchema<T> extends Schema<T> {
  readonly isOptional: true
}

/** The keys an object may have, in their canonical spelling. */
export type Entries = Readonly<Record<string, Schema<unknown>>>

/** What a schema yields. */
export type Infer<S extends Schema<unknown>> = ReturnType<S['read']>

type OptionalKeys<E extends Entries> = {
  [K in keyof E]: E[K] extends OptionalSchema<unknown> ? K : never
}[keyof E]

type Flatten<T> = { [K in keyof T]: T[K] }

/** What an object schema of these entries yields. */
export type FieldValues<E extends Entries> = Flatten<
  { [K in Exclude<keyof E, OptionalKeys<E>>]: Infer<E[K]> } & {
    [K in OptionalKeys<E>]?: Infer<E[K]>
  }
>

/**
 * An object whose keys are matched as the reference plugins match them: in any case, the last
 * spelling wins, `null` means that the key is absent, and unknown keys are ignored.
 */
export function fields<const E extends Entries>(entries: E): Schema<FieldValues<E>> {
  const names = Object.keys(entries)
  return { entries, read: (input, position) => readFields({ entries, names }, input, position) }
}

/** For a key that may be missing. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return { ...schema, isOptional: true }
}

/** For a key that means `value` when it is missing. */
export function withDefault<T>(schema: Schema<T>, value: T): Schema<T> {
  return { ...schema, fallback: { value } }
}

/**
 * The value a schema makes of decoded JSON.
 *
 * @param path where in the configuration `raw` was found
 * @throws ConfigError for the first thing that is not as expected
 */
export function readConfig<T>(schema: Schema<T>, raw: unknown, path: ConfigPath = []): T {
  return schema.read(raw, [...path])
}

/** Says that something else than `expected`, a phrase, is at a position. */
export function mismatch(position: Position, expected: string, found: unknown): ConfigError {
  return new ConfigError(position, expected, describeFound(found))
}

/** Whether decoded JSON is an object, which lists and `null` are not. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Fields<E extends Entries> {
  readonly entries: E
  readonly names: readonly string[]
}

function readFields<E extends Entries>(
  { entries, names }: Fields<E>,
  input: unknown,
  position: Position,
): FieldValues<E> {
  if (!isObject(input)) throw mismatch(position, 'an object', input)
  const present = presentEntries(input, { entries, names })
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const schema = entries[name]
    const value = present[name]
    if (schema === undefined || (value === undefined && 'isOptional' in schema)) continue
    if (value === undefined && schema.fallback !== undefined) values[name] = schema.fallback.value
    else {
      position.push(name)
      // A schema has its own words for a required key that is missing.
      values[name] = schema.read(value, position)
      position.pop()
    }
  }
  // It has been given exactly the keys of `entries`, each with what its own schema yields.
  return values as FieldValues<E>
}

/** What the known keys of `input` hold, by their canonical spelling. */
function presentEntries(
  input: Readonly<Record<string, unknown>>,
  { entries, names }: Fields<Entries>,
): Readonly<Record<string, unknown>> {
  // Without a prototype no key is there that was not put there.
  const present: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(input)) {
    const name = canonicalName(key, names)
    if (name !== undefined && !isAbsent(input[key], entries[name])) present[name] = input[key]
  }
  return present
}

function canonicalName(key: string, names: readonly string[]): string | undefined {
  if (names.includes(key)) return key
  for (const name of names) {
    if (canFoldTo(key, name) && foldCase(name) === foldCase(key)) return name
  }
  return undefined
}

/** Folding costs much, and nearly every key is another one at first sight. */
function canFoldTo(key: string, name: string): boolean {
  if (key.length !== name.length) return false
  const first = key.charCodeAt(0)
  return first > 0x7f || (first | 0x20) === (name.charCodeAt(0) | 0x20)
}

function isAbsent(value: unknown, schema: Schema<unknown> | undefined): boolean {
  return value === null || (value === '' && schema?.emptyIsAbsent === true)
}

/** Two keys are the same when Go's decoder thinks so: simple folding, `ſ` and the Kelvin sign too. */
function foldCase(key: string): string {
  return key.toLowerCase().replaceAll('ſ', 's')
}
