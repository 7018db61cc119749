/** The vocabulary of nf_tables: a table with two chains, steps of rules, and nft as a witness. */

import { SystemError } from '#base/system-error.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { NftChainKey, NftChange, NftExpression, NftHook } from '#kernel/nftables.ts'
import type { LabNamespace } from './namespace.ts'

export const table = { family: 'inet', table: 'lab' } as const
export const chain = { ...table, chain: 'checks' } as const
export const other = { ...table, chain: 'masquerading' } as const
export const hook: NftHook = { type: 'nat', hook: 'postrouting', priority: 100, policy: 'accept' }

/** A table with two chains. */
export const frame: readonly NftChange[] = [
  { operation: 'addTable', ...table },
  { operation: 'addChain', ...chain },
  { operation: 'addChain', ...other },
]

export const accept: NftExpression = { kind: 'verdict', verdict: 'accept' }
export const masquerade: NftExpression = { kind: 'masquerade' }
export const counter: NftExpression = { kind: 'counter' }

/** Compares the bytes a step has put into register 1. */
export function compared(operator: 'equal' | 'unequal', value: string): NftExpression {
  return { kind: 'comparison', operator, register: 1, value }
}

/** What nft puts in front of a match on addresses, in a table of the family inet: NFPROTO_*. */
export function isIp(version: 4 | 6): readonly NftExpression[] {
  const nfproto = { kind: 'meta', key: 'nfproto', register: 1 } as const
  return [nfproto, compared('equal', version === 4 ? '02' : '0a')]
}

/** Bytes of the IP header into register 1. */
export function header(offset: number, length: number): NftExpression {
  return { kind: 'payload', base: 'network', offset, length, register: 1 }
}

/** Compares the name of a link, as the kernel does: with all zeros behind it. */
export function named(key: 'iifname' | 'oifname', name: string): readonly NftExpression[] {
  const padded = [...name.padEnd(16, '\0')].map((one) => one.charCodeAt(0))
  const value = padded.map((code) => code.toString(16).padStart(2, '0')).join('')
  return [{ kind: 'meta', key, register: 1 }, compared('equal', value)]
}

export function ruleIn(key: NftChainKey, ...expressions: NftExpression[]): NftChange {
  return { operation: 'addRule', ...key, expressions }
}

/** What nft says of the rules of a chain, line by line, without handles and counts. */
export function witnessedRules(witness: LabNamespace, name = 'checks'): string[] {
  const lines = witness.run('nft', '-s', 'list', 'chain', 'inet', 'lab', name).split('\n')
  return lines.filter((line) => line.startsWith('\t\t')).map((line) => line.trim())
}

type Listed = Readonly<Record<string, unknown>>

/** `nft -j list ruleset`, all objects of one kind. */
export function witnessed(witness: LabNamespace, kind: 'table' | 'chain' | 'rule'): Listed[] {
  const text = witness.run('nft', '-j', 'list', 'ruleset')
  const { nftables }: { nftables: Record<string, Listed>[] } = JSON.parse(text)
  return nftables.map((one) => one[kind]).filter((one) => one !== undefined)
}

/** The error of changes that must be refused. */
export function failureOf(space: Namespace, changes: readonly NftChange[]): SystemError {
  try {
    space.changeNftables(changes)
  } catch (error) {
    if (error instanceof SystemError) return error
  }
  throw new Error('the changes were not refused')
}
