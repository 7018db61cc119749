/** Masquerading with nf_tables: one rule for each address, in a table of all networks. */

import { type IpPrefix, parseIpPrefix } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { NftChange, NftExpression, NftRule } from '#kernel/nftables.ts'
import {
  type Attachment,
  attachmentComment,
  attachmentMark,
  type ContainerInterface,
  markOf,
  networkMark,
  stalenessOf,
} from './attachment.ts'
import { fromAddress, ofFamily, toNetwork } from './expressions.ts'
import { lookInNftables, settleNftables, sweepNftables } from './settle-nftables.ts'
import type { Site } from './site.ts'

/** Names and comments are those of the reference plugins, which share the table with us. */
const table = { family: 'inet', table: 'cni_plugins_masquerade' } as const
const checks = { ...table, chain: 'masq_checks' } as const
const postrouting = { ...table, chain: 'postrouting' } as const
const tableComment = 'Masquerading for plugins from github.com/containernetworking/plugins'
const checksComment =
  'Masquerade traffic from certain IPs to any (non-multicast) IP outside their subnet'

/** Priority of address translation on the way out: `NF_IP_PRI_NAT_SRC` of `<linux/netfilter_ipv4.h>`. */
const sourceTranslation = 100

/** Whether the kernel has nf_tables. @throws SystemError when it says neither yes nor no */
export function hasNftables(space: Namespace): boolean {
  // Listing chains would list those of everybody.
  return lookInNftables(() => [space.findNftChain(checks)]) !== undefined
}

/** In one transaction, in place of whatever rules the attachment had. @throws SystemError */
export function addInNftables(
  { space, host }: Site,
  owner: Attachment,
  addresses: readonly IpPrefix[],
): void {
  const comment = attachmentComment(host.digests, owner)
  settleNftables(space, () => [
    ...repairs(space),
    ...removals(space.listNftRules(checks, markOf(comment))),
    ...addresses.map((prefix): NftChange => {
      return { operation: 'addRule', ...checks, expressions: masquerade(prefix), comment }
    }),
  ])
}

/** Whatever addresses the rules are about. @throws SystemError */
export function removeFromNftables({ space, host }: Site, owner: Attachment): void {
  const mark = attachmentMark(host.digests, owner)
  sweepNftables(space, () => removals(space.listNftRules(checks, mark)))
}

/** Removes the rules of the attachments to `network` that are not `valid`. @throws SystemError */
export function collectInNftables(
  { space, host }: Site,
  network: string,
  valid: readonly ContainerInterface[],
): void {
  const isStale = stalenessOf(host.digests, network, valid)
  const isGarbage = ({ comment }: NftRule) => comment !== undefined && isStale(comment)
  const mark = networkMark(host.digests, network)
  sweepNftables(space, () => removals(space.listNftRules(checks, mark).filter(isGarbage)))
}

/**
 * The table with the chain that packets come through, unless they are as they should be: closing
 * the socket waits for a grace period of the kernel when rules were removed (nft_rcv_nl_event).
 */
function repairs(space: Namespace): readonly NftChange[] {
  const wanted = postroutingRules()
  const present = space.listNftRules(postrouting).map(({ expressions }) => expressions)
  if (isSame(present, wanted)) return []
  const hook = { type: 'nat', hook: 'postrouting', priority: sourceTranslation } as const
  return [
    { operation: 'addTable', ...table, comment: tableComment },
    { operation: 'addChain', ...checks, comment: checksComment },
    { operation: 'addChain', ...postrouting, hook },
    { operation: 'flushChain', ...postrouting },
    ...wanted.map((expressions): NftChange => {
      return { operation: 'addRule', ...postrouting, expressions }
    }),
  ]
}

/** The steps of each rule of a chain. */
type Rules = readonly (readonly NftExpression[])[]

/** Whether rules take the same steps, in whatever order a step's properties are told. */
function isSame(some: Rules, others: Rules): boolean {
  const told = (rules: Rules) =>
    JSON.stringify(rules.map((steps) => steps.map((step) => Object.entries(step).sort())))
  return told(some) === told(others)
}

function postroutingRules(): Rules {
  return [
    passBy(parseIpPrefix('224.0.0.0/4')),
    passBy(parseIpPrefix('ff00::/8')),
    [{ kind: 'verdict', verdict: 'goto', chain: checks.chain }],
  ]
}

/** `ip daddr 224.0.0.0/4 return` */
function passBy(group: IpPrefix): NftExpression[] {
  return [
    ...ofFamily(group.address.family),
    ...toNetwork(group, 'equal'),
    { kind: 'verdict', verdict: 'return' },
  ]
}

/** `ip saddr 10.1.2.3 ip daddr != 10.1.2.0/24 masquerade` */
function masquerade(prefix: IpPrefix): NftExpression[] {
  return [
    ...ofFamily(prefix.address.family),
    ...fromAddress(prefix.address),
    ...toNetwork(prefix, 'unequal'),
    { kind: 'masquerade' },
  ]
}

function removals(rules: readonly NftRule[]): NftChange[] {
  return rules.map(({ handle }) => ({ operation: 'removeRule', ...checks, handle }))
}
