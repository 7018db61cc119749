/** A guard at a bridge's port: what comes out of a container carries its hardware address. */

import type { Mac } from '#ip/mac.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { NftChainKey, NftChange, NftExpression, NftRule } from '#kernel/nftables.ts'
import { attachmentComment, type ContainerInterface, stalenessOf } from './attachment.ts'
import { fromMac, linkNameHex, throughLink } from './expressions.ts'
import { lookInNftables, settleNftables, sweepNftables } from './settle-nftables.ts'
import type { Site } from './site.ts'

/** A port, whose it is, and the hardware address that may come in there. */
export interface GuardedLink extends ContainerInterface {
  /** The CNI name of the network. */
  readonly network: string
  /** The name of the link on the bridge. */
  readonly hostLink: string
  readonly mac: Mac
}

/** Names and shapes are those of the reference plugin, which takes away what we made, and we its. */
const table = { family: 'bridge', table: 'nat' } as const
const prerouting = { ...table, chain: 'PREROUTING' } as const
const chainPrefix = 'cni-br-iface-'

/** Priority of `NF_BR_PRI_NAT_DST_BRIDGED` of `<linux/netfilter_bridge.h>`. */
const bridgedTranslation = -300

/**
 * Drops what comes in through `hostLink` from another hardware address than `mac`. One transaction,
 * in place of whatever guard the container's interface had. The comment of the chain, which the
 * reference does not write, says whose it is.
 *
 * @throws SystemError
 */
export function addSpoofGuard({ space, host }: Site, guarded: GuardedLink): void {
  const comment = attachmentComment(host.digests, guarded)
  settleNftables(space, () => [...removalOf(space, idOf(guarded)), ...additionOf(guarded, comment)])
}

/** Nothing there is success. @throws SystemError */
export function removeSpoofGuard({ space }: Site, owner: ContainerInterface): void {
  sweepNftables(space, () => removalOf(space, idOf(owner)))
}

/**
 * Removes the guards of the attachments to `network` that are not `valid`. A guard that the
 * reference made does not say its network; it goes when it is not `valid` and its link is gone.
 *
 * @throws SystemError
 */
export function collectSpoofGuards(
  { space, host }: Site,
  network: string,
  valid: readonly ContainerInterface[],
): void {
  const isStale = stalenessOf(host.digests, network, valid)
  const validIds = new Set(valid.map(idOf))
  const chains = lookInNftables(() => space.listNftChains(table)) ?? []
  if (chains.length === 0) return
  const rules = space.listNftRules(prerouting)
  const links = new Set(space.listLinks().map(({ name }) => linkNameHex(name)))
  for (const { chain, comment } of chains) {
    const id = chain.slice(chainPrefix.length)
    const isOther = !chain.startsWith(chainPrefix) || validIds.has(id)
    if (isOther) continue
    const isGarbage = comment === undefined ? isDead(chain, rules, links) : isStale(comment)
    if (isGarbage) sweepNftables(space, () => removalOf(space, id))
  }
}

/** Whether a chain was of links that are gone. One that nobody jumps to may just be being made. */
function isDead(chain: string, rules: readonly NftRule[], links: ReadonlySet<string>): boolean {
  const jumps = rules.filter((rule) => jumpsTo(rule, chain))
  const names = jumps.map(({ expressions }) => comparedName(expressions))
  return names.length > 0 && names.every((name) => name !== undefined && !links.has(name))
}

function comparedName([meta, comparison]: readonly NftExpression[]): string | undefined {
  const isName = meta?.kind === 'meta' && meta.key === 'iifname'
  return isName && comparison?.kind === 'comparison' ? comparison.value : undefined
}

function jumpsTo({ expressions }: NftRule, chain: string): boolean {
  return expressions.some((step) => step.kind === 'verdict' && step.chain === chain)
}

function idOf({ containerId, ifName }: ContainerInterface): string {
  return `${containerId}-${ifName}`
}

function commentOf(id: string): string {
  return `macspoofchk-${id}`
}

/** The chain that frames of the link go through, and the one that knows the hardware address. */
function chainsOf(id: string): readonly [NftChainKey, NftChainKey] {
  const chain = chainPrefix + id
  return [
    { ...table, chain },
    { ...table, chain: `${chain}-mac` },
  ]
}

function additionOf(guarded: GuardedLink, comment: string): NftChange[] {
  const id = idOf(guarded)
  const [linkChain, macChain] = chainsOf(id)
  const hook = { type: 'filter', hook: 'prerouting', priority: bridgedTranslation } as const
  const rule = (key: NftChainKey, ...expressions: readonly NftExpression[]): NftChange => {
    return { operation: 'addRule', ...key, expressions, comment: commentOf(id) }
  }
  return [
    { operation: 'addTable', ...table },
    { operation: 'addChain', ...prerouting, hook: { ...hook, policy: 'accept' } },
    { operation: 'addChain', ...linkChain, comment },
    { operation: 'addChain', ...macChain },
    rule(prerouting, ...throughLink(guarded.hostLink), jump(linkChain)),
    rule(linkChain, jump(macChain)),
    rule(macChain, ...fromMac(guarded.mac), { kind: 'verdict', verdict: 'return' }),
    rule(macChain, { kind: 'verdict', verdict: 'drop' }),
  ]
}

function jump({ chain }: NftChainKey): NftExpression {
  return { kind: 'verdict', verdict: 'jump', chain }
}

function removalOf(space: Namespace, id: string): NftChange[] {
  const chains = chainsOf(id).filter((key) => space.findNftChain(key) !== undefined)
  const comment = commentOf(id)
  const rules = space.listNftRules(prerouting, comment).filter((rule) => rule.comment === comment)
  return [
    ...rules.map(({ handle }): NftChange => ({ operation: 'removeRule', ...prerouting, handle })),
    ...chains.map((key): NftChange => ({ operation: 'flushChain', ...key })),
    ...chains.map((key): NftChange => ({ operation: 'removeChain', ...key })),
  ]
}
