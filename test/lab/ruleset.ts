/** What packet filters hold, as nft and iptables tell it. */

import { readFileSync } from 'node:fs'
import type { LabNamespace } from './namespace.ts'
import { witnessed } from './nft.ts'

/** An object of `nft -j list ruleset`, such as `{ rule: { ... } }`, without its handle. */
export type WitnessedObject = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** All tables, chains and rules of a namespace. */
export function nftRuleset(space: LabNamespace): readonly WitnessedObject[] {
  const { nftables }: { nftables: WitnessedObject[] } = JSON.parse(
    space.run('nft', '-j', 'list', 'ruleset'),
  )
  return nftables.filter((object) => !('metainfo' in object)).map(withoutHandle)
}

function withoutHandle(object: WitnessedObject): WitnessedObject {
  return Object.fromEntries(
    Object.entries(object).map(([kind, { handle: _, ...facts }]) => [kind, facts]),
  )
}

/** What nft listed after an ADD of the reference plugin. */
export function recordedRuleset(name: string): readonly WitnessedObject[] {
  return JSON.parse(readFileSync(`test/fixtures/nft/${name}.json`, 'utf8'))
}

/** The comments of all rules of one chain, in their order. */
export function ruleComments(space: LabNamespace, chain: string): unknown[] {
  const rules = witnessed(space, 'rule').filter((rule) => rule.chain === chain)
  return rules.map(({ comment }) => comment)
}

/** The lines of the ruleset that are there for attachments: chains of their own, rules that say so. */
export function attachmentRules(space: LabNamespace): readonly string[] {
  const lines = space.run('nft', 'list', 'ruleset').split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => /^chain (CNI-|cni-br-iface-)/.test(line) || / comment /.test(line))
}

/** The rules there are, and the chains that only rules can lead to. */
export function rulesIn(space: LabNamespace): readonly string[] {
  const rules = witnessed(space, 'rule').map((rule) => JSON.stringify(rule))
  const chains = witnessed(space, 'chain').filter((chain) => chain.hook === undefined)
  return [...rules, ...chains.map(({ name }) => `chain ${name}`)]
}

/**
 * All of it as text, without handles, counters and the comments of chains; names that are made at
 * random are all the same, and tables in one order, as some programs make several at once.
 */
export function rulesetText(space: LabNamespace): string {
  const said = [
    ...space
      .run('nft', '-s', 'list', 'ruleset')
      .split(/^(?=table )/m)
      .sort(),
    // nft does not show the comments of iptables.
    ...['iptables-save', 'ip6tables-save'].map((program) => space.run(program)),
  ]
  const isTold = (line: string) => !/^(#|\s*comment )/.test(line)
  const lines = said.flatMap((text) => text.split('\n')).filter(isTold)
  return lines
    .join('\n')
    .replaceAll(/\bveth[0-9a-f]{8}\b/g, 'veth')
    .replaceAll(/\[\d+:\d+\]/g, '')
}
