/** Rules as `nft --debug=netlink` prints them, to compare them with what it was recorded printing. */

import type { NftChange, NftExpression, NftRule } from '#kernel/nftables.ts'

/** A rule with its chain and its comment; the handle is left out. */
export function debugRule({ family, table, chain, expressions, comment }: Omit<NftRule, 'handle'>) {
  return [
    `${family} ${table} ${chain}`,
    ...debugExpressions(expressions),
    ...(comment === undefined ? [] : [`  userdata = { ${debugComment(comment)} }`]),
  ].join('\n')
}

/** The rules that a transaction adds. */
export function debugChanges(changes: readonly NftChange[]): string {
  const added = changes.flatMap((change) => (change.operation === 'addRule' ? [change] : []))
  return added.map(debugRule).join('\n\n')
}

export function debugExpressions(expressions: readonly NftExpression[]): string[] {
  return expressions.map((step) => `  [ ${debugExpression(step)} ]`)
}

function debugExpression(step: NftExpression): string {
  switch (step.kind) {
    case 'meta':
      return `meta load ${step.key} => reg ${step.register}`
    case 'payload':
      return `payload load ${step.length}b @ ${step.base} header + ${step.offset} => reg ${step.register}`
    case 'bitwise': {
      const reg = `reg ${step.register}`
      const zero = words('0'.repeat(step.mask.length))
      return `bitwise ${reg} = ( ${reg} & ${words(step.mask)} ) ^ ${zero}`
    }
    case 'comparison': {
      const operator = step.operator === 'equal' ? 'eq' : 'neq'
      return `cmp ${operator} reg ${step.register} ${words(step.value)}`
    }
    case 'verdict':
      return `immediate reg 0 ${step.verdict}${step.chain === undefined ? '' : ` -> ${step.chain}`}`
    case 'masquerade':
      return 'masq'
    default:
      return step.kind
  }
}

/** Four bytes each, as a little-endian machine reads them. */
function words(hex: string): string {
  const parts = hex.match(/.{1,8}/g) ?? []
  const turned = parts.map((part) => (part.match(/../g) ?? []).reverse().join(''))
  return turned.map((part) => `0x${part.padStart(8, '0')}`).join(' ')
}

/** Type 0, the length with the closing zero, the text. */
function debugComment(comment: string): string {
  return `${printable(0)}${printable(comment.length + 1)}${comment}${printable(0)}`
}

function printable(byte: number): string {
  const isPrintable = byte >= 0x20 && byte < 0x7f
  return isPrintable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
}
