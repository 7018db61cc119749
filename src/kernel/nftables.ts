/** nf_tables: the kernel's packet filter, `<linux/netfilter/nf_tables.h>`. */

/** Which packets a table sees: `NFPROTO_*` of `<linux/netfilter.h>`. */
export type NftFamily = 'inet' | 'ip' | 'ip6' | 'bridge'

/** A table by its name. */
export interface NftTableKey {
  readonly family: NftFamily
  readonly table: string
}

/** A chain of a table. */
export interface NftChainKey extends NftTableKey {
  readonly chain: string
}

/** Where the kernel calls a base chain. */
export interface NftHook {
  readonly type: 'filter' | 'nat'
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
  /** Chains with smaller numbers come first. */
  readonly priority: number
  /** What becomes of a packet that no rule decides about; the kernel's default is to accept it. */
  readonly policy?: 'accept' | 'drop'
}

/** What a rule does with a packet that gets so far. */
export type NftVerdictName = 'accept' | 'drop' | 'return' | 'jump' | 'goto'

/**
 * One step of a rule. `register` numbers are those of `enum nft_registers`; bytes are lower-case
 * hexadecimal text in network order, `0a0102ff`.
 */
export type NftExpression =
  /** `NFT_META_*` into a register. */
  | { readonly kind: 'meta'; readonly key: NftMetaKey; readonly register: number }
  /** Bytes of a packet's header into a register: `NFTA_PAYLOAD_*`. */
  | {
      readonly kind: 'payload'
      readonly base: 'link' | 'network' | 'transport'
      readonly offset: number
      readonly length: number
      readonly register: number
    }
  /** `register = (register & mask) ^ 0`, `NFTA_BITWISE_*` */
  | { readonly kind: 'bitwise'; readonly register: number; readonly mask: string }
  /** Goes on with the rule when the comparison holds: `NFTA_CMP_*`. */
  | {
      readonly kind: 'comparison'
      readonly operator: 'equal' | 'unequal'
      readonly register: number
      readonly value: string
    }
  /** Ends the rule: `NFTA_IMMEDIATE_*` into the verdict register. */
  | {
      readonly kind: 'verdict'
      readonly verdict: NftVerdictName
      /** Where to, of `jump` and `goto`. */
      readonly chain?: string
    }
  /** Counts packets and bytes; it starts from nothing. */
  | { readonly kind: 'counter' }
  /** The source address becomes that of the link the packet leaves by. */
  | { readonly kind: 'masquerade' }
  /** Anything else that somebody else's rule contains; it cannot be added. */
  | { readonly kind: 'other'; readonly name: string }

export type NftMetaKey = 'protocol' | 'nfproto' | 'iifname' | 'oifname'

/** One step of a transaction. */
export type NftChange =
  /** `nft add table FAMILY TABLE`; one that is there stays. */
  | ({ readonly operation: 'addTable'; readonly comment?: string } & NftTableKey)
  /** `nft delete table FAMILY TABLE` and all in it. */
  | ({ readonly operation: 'removeTable' } & NftTableKey)
  /** `nft add chain FAMILY TABLE CHAIN`; one that is there stays. */
  | ({
      readonly operation: 'addChain'
      readonly hook?: NftHook
      readonly comment?: string
    } & NftChainKey)
  /** `nft flush chain FAMILY TABLE CHAIN`: its rules go. */
  | ({ readonly operation: 'flushChain' } & NftChainKey)
  /** `nft delete chain FAMILY TABLE CHAIN`; it must be empty and nobody may jump to it. */
  | ({ readonly operation: 'removeChain' } & NftChainKey)
  /** `nft add rule FAMILY TABLE CHAIN ... comment COMMENT`, behind those that are there. */
  | ({
      readonly operation: 'addRule'
      readonly expressions: readonly NftExpression[]
      readonly comment?: string
    } & NftChainKey)
  /** `nft delete rule FAMILY TABLE CHAIN handle HANDLE` */
  | ({ readonly operation: 'removeRule'; readonly handle: number } & NftChainKey)

/** A chain as the kernel describes it (`NFT_MSG_NEWCHAIN`). */
export interface NftChain extends NftChainKey {
  readonly hook?: NftHook
  readonly comment?: string
}

/** A rule as the kernel describes it (`NFT_MSG_NEWRULE`). */
export interface NftRule extends NftChainKey {
  readonly handle: number
  readonly expressions: readonly NftExpression[]
  readonly comment?: string
}
