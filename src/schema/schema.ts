/**
 * Reads decoded JSON into typed values with valibot schemas, the way CNI configurations are read.
 *
 * A plugin's `config.ts` declares the type by hand and builds the schema inside the reading
 * function, so that nothing is built at load and the compiler checks one against the other:
 *
 * ```ts
 * export interface BridgeConfig {
 *   readonly name: string
 *   readonly mtu?: number
 *   readonly isGateway: boolean
 *   readonly ranges?: readonly { readonly subnet: IpPrefix }[]
 * }
 *
 * export function readBridgeConfig(raw: unknown): BridgeConfig {
 *   const range = fields({ subnet: ipPrefix() })
 *   const config = fields({
 *     bridge: withDefault(text(), 'cni0'),
 *     mtu: optional(wholeNumber(0, 65535)),
 *     isGateway: withDefault(flag(), false),
 *     ranges: optional(listOf(range)),
 *   })
 *   const { bridge, ...others } = readConfig(config, raw)
 *   return { ...others, name: bridge }
 * }
 * ```
 */

import * as v from 'valibot'
import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'

/**
 * Turns a decoded JSON value into a `T`. The message of each of its issues says what was expected,
 * as a phrase that can follow "expected".
 */
export interface Schema<T> extends v.GenericSchema<unknown, T> {
  /** Whether the empty text counts as the absence of the key. */
  readonly emptyIsAbsent?: boolean
}

/** A schema for a key that may be missing; the result then lacks the key too. */
export interface OptionalSchema<T> extends v.ExactOptionalSchema<Schema<T>, undefined> {
  readonly emptyIsAbsent?: boolean
}

/** The keys an object may have, in their canonical spelling. */
export type Entries = Record<string, Schema<unknown>>

/** What a schema yields. */
export type Infer<S extends Schema<unknown>> = v.InferOutput<S>

/** What an object schema of these entries yields. */
export type FieldValues<E extends Entries> = v.InferOutput<v.ObjectSchema<E, string>>

/**
 * An object whose keys are matched as the reference plugins match them: in any case, the last
 * spelling wins, `null` means that the key is absent, and unknown keys are ignored.
 */
export function fields<const E extends Entries>(entries: E): Schema<FieldValues<E>> {
  const names = new Map(Object.keys(entries).map((name) => [foldCase(name), name]))
  return v.pipe(
    v.custom<object>(isObject, 'an object'),
    v.transform((input): unknown => pickEntries(input, { entries, names })),
    v.object(entries, 'an object'),
  )
}

/** For a key that may be missing. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return { ...v.exactOptional(schema), ...emptiness(schema) }
}

/** For a key that means `value` when it is missing. */
export function withDefault<T>(schema: Schema<T>, value: T): Schema<T> {
  const present = v.optional(schema)
  return {
    ...v.pipe(
      present,
      v.transform((found) => found ?? value),
    ),
    ...emptiness(schema),
  }
}

/**
 * The value a schema makes of decoded JSON.
 *
 * @param path where in the configuration `raw` was found
 * @throws ConfigError for the first thing that is not as expected
 */
export function readConfig<T>(schema: Schema<T>, raw: unknown, path: ConfigPath = []): T {
  const reading = v.safeParse(schema, raw, { abortEarly: true })
  if (reading.success) return reading.output
  const [issue] = reading.issues
  throw new ConfigError([...path, ...issuePath(issue)], issue.message, describeFound(issue.input))
}

/** Whether decoded JSON is an object, which lists and `null` are not. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function emptiness(schema: Schema<unknown>): { emptyIsAbsent?: boolean } {
  return schema.emptyIsAbsent === undefined ? {} : { emptyIsAbsent: schema.emptyIsAbsent }
}

/** The entries of an object schema, and their names by folded spelling. */
interface Fields {
  readonly entries: Entries
  readonly names: ReadonlyMap<string, string>
}

/**
 * The known keys of `input` in their canonical spelling. A required key is always there, so that
 * its own schema says what was expected.
 */
function pickEntries(input: object, { entries, names }: Fields): Record<string, unknown> {
  // Without a prototype no key is there that was not picked.
  const picked: Record<string, unknown> = Object.create(null)
  for (const [name, schema] of Object.entries(entries)) {
    if (schema.type !== 'exact_optional') picked[name] = undefined
  }
  for (const [key, value] of Object.entries(input)) {
    const name = names.get(foldCase(key))
    if (name !== undefined && !isAbsent(value, entries[name])) picked[name] = value
  }
  return picked
}

function isAbsent(value: unknown, schema: Schema<unknown> | undefined): boolean {
  return value === null || (value === '' && schema?.emptyIsAbsent === true)
}

/** Two keys are the same when Go's decoder thinks so: simple folding, `ſ` and the Kelvin sign too. */
function foldCase(key: string): string {
  return key.toLowerCase().replaceAll('ſ', 's')
}

function issuePath(issue: v.BaseIssue<unknown>): ConfigPath {
  const keys = issue.path?.map((item) => item.key) ?? []
  return keys.map((key) => (typeof key === 'number' ? key : String(key)))
}
