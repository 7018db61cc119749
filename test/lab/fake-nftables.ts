/** nf_tables in memory, at the height of the port; for unit tests only. */

import type { NftChain, NftChainKey, NftChange, NftRule, NftTableKey } from '#kernel/nftables.ts'
import { fakeError } from './fake-errors.ts'

/** The tables of one namespace. A transaction that fails changes nothing. */
export class FakeNftables {
  #tables: NftTableKey[] = []
  #chains: NftChain[] = []
  #rules: NftRule[] = []
  #lastHandle = 0

  change(changes: readonly NftChange[]): void {
    const before = [this.#tables, this.#chains, this.#rules] as const
    try {
      for (const change of changes) this.#apply(change)
    } catch (error) {
      ;[this.#tables, this.#chains, this.#rules] = before
      throw error
    }
  }

  findChain(key: NftChainKey): NftChain | undefined {
    return this.#chains.find((chain) => isInChain(chain, key))
  }

  listChains(key: NftTableKey): NftChain[] {
    return this.#chains.filter((chain) => isInTable(chain, key))
  }

  listRules(key: NftChainKey): NftRule[] {
    return this.#rules.filter((rule) => isInChain(rule, key))
  }

  #apply(change: NftChange): void {
    switch (change.operation) {
      case 'addTable':
        if (!this.#hasTable(change)) this.#tables = [...this.#tables, change]
        return
      case 'removeTable':
        this.#require(this.#hasTable(change), change)
        this.#tables = this.#tables.filter((table) => !isInTable(table, change))
        this.#chains = this.#chains.filter((chain) => !isInTable(chain, change))
        this.#rules = this.#rules.filter((rule) => !isInTable(rule, change))
        return
      case 'addChain': {
        this.#require(this.#hasTable(change), change)
        const { operation: _, ...chain } = change
        if (this.findChain(change) === undefined) this.#chains = [...this.#chains, chain]
        return
      }
      case 'addRule': {
        this.#require(this.findChain(change) !== undefined, change)
        const { operation: _, ...rule } = change
        this.#lastHandle += 1
        this.#rules = [...this.#rules, { ...rule, handle: this.#lastHandle }]
        return
      }
      case 'flushChain':
        this.#require(this.findChain(change) !== undefined, change)
        this.#rules = this.#rules.filter((rule) => !isInChain(rule, change))
        return
      case 'removeChain':
        this.#require(this.findChain(change) !== undefined, change)
        if (this.#isUsed(change)) throw fakeError('EBUSY', change.operation, change.chain)
        this.#chains = this.#chains.filter((chain) => !isInChain(chain, change))
        return
      case 'removeRule': {
        const rule = this.#rules.find(({ handle }) => handle === change.handle)
        this.#require(rule !== undefined, change)
        this.#rules = this.#rules.filter((other) => other !== rule)
      }
    }
  }

  #hasTable(key: NftTableKey): boolean {
    return this.#tables.some((table) => isInTable(table, key))
  }

  #isUsed(key: NftChainKey): boolean {
    const jumps = this.#rules.filter((rule) => isInTable(rule, key))
    const isTarget = jumps.some(({ expressions }) =>
      expressions.some((step) => step.kind === 'verdict' && step.chain === key.chain),
    )
    return isTarget || this.listRules(key).length > 0
  }

  #require(isThere: boolean, change: NftChange): void {
    if (!isThere) throw fakeError('ENOENT', change.operation, change.table)
  }
}

function isInTable(one: NftTableKey, other: NftTableKey): boolean {
  return one.family === other.family && one.table === other.table
}

function isInChain(one: NftChainKey, other: NftChainKey): boolean {
  return isInTable(one, other) && one.chain === other.chain
}
