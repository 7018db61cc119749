/** The rules that masquerade with iptables, as texts. */

import type { Digests } from '#host/host.ts'
import { addressBits, type IpFamily } from '#ip/address.ts'
import { type IpPrefix, networkPrefix } from '#ip/prefix.ts'
import type { Attachment } from './attachment.ts'

/** Names of the reference plugins; which interface it is plays no part in them. */
export function chainOf(digests: Digests, network: string, containerId: string): string {
  return `CNI-${digests.sha512(network + containerId).slice(0, 24)}`
}

/** Whether the name of a chain is one that `chainOf` gives. */
export function isOurChain(name: string): boolean {
  return /^CNI-[0-9a-f]{24}$/.test(name)
}

/** Addresses that are all of `family`. */
export interface NatRequest {
  readonly family: IpFamily
  readonly addresses: readonly IpPrefix[]
}

/** What must be in the table nat of one family for one owner. */
export interface NatRules {
  readonly chain: string
  /** Rules as `iptables -S` lists them, in the order of the listing. */
  readonly rules: readonly string[]
}

/** `XT_MAX_COMMENT_LEN` of `<linux/netfilter/xt_comment.h>` without the closing zero. */
const longestComment = 255

const multicast = { 4: '224.0.0.0/4', 6: 'ff00::/8' } as const

/**
 * Traffic from the addresses goes through a chain: to their own networks as it is, to others but
 * groups masqueraded.
 */
export function natRules(
  digests: Digests,
  { network, containerId }: Attachment,
  { family, addresses }: NatRequest,
): NatRules {
  const chain = chainOf(digests, network, containerId)
  const text = `name: "${network}" id: "${containerId}"`.slice(0, longestComment)
  const comment = `-m comment --comment ${quote(text)}`
  const bits = addressBits(family)
  return {
    chain,
    rules: [
      ...addresses.map((prefix) => `-A ${chain}${destination(prefix)} ${comment} -j ACCEPT`),
      `-A ${chain} ! -d ${multicast[family]} ${comment} -j MASQUERADE`,
      ...addresses.map(
        ({ address }) => `-A POSTROUTING -s ${address}/${bits} ${comment} -j ${chain}`,
      ),
    ],
  }
}

/** What a listing has instead of a destination that is everything, is nothing. */
function destination(prefix: IpPrefix): string {
  return prefix.length === 0 ? '' : ` -d ${networkPrefix(prefix)}`
}

/** As `xtables_save_string` of iptables quotes what is more than one word. */
function quote(text: string): string {
  return `"${text.replace(/["\\']/g, '\\$&')}"`
}

/** Whose a listed rule is; nothing when its comment does not say so. */
export function ownerOf(rule: string): { network: string; containerId: string } | undefined {
  const found = /--comment "name: \\"([^"\\]*)\\" id: \\"([^"\\]*)\\""/.exec(rule)
  const [, network, containerId] = found ?? []
  return network === undefined || containerId === undefined ? undefined : { network, containerId }
}

/** The lines that add what `listing` lacks, and those that take exactly that away again. */
export interface NatChange {
  readonly add: readonly string[]
  readonly undo: readonly string[]
}

/** What there is to do so that the rules are there. */
export function additionTo(listing: readonly string[], { chain, rules }: NatRules): NatChange {
  const isNewChain = !listing.includes(`-N ${chain}`)
  const missing = rules.filter((rule) => !listing.includes(rule))
  // What may pass as it is comes before what is masqueraded, also when it comes later.
  const passing = missing.filter((rule) => rule.endsWith('-j ACCEPT')).reverse()
  const others = missing.filter((rule) => !rule.endsWith('-j ACCEPT'))
  return {
    add: [
      ...(isNewChain ? [`-N ${chain}`] : []),
      ...passing.map((rule) => rule.replace('-A', '-I')),
      ...others,
    ],
    undo: [...missing.map(deletion), ...(isNewChain ? [`-X ${chain}`] : [])],
  }
}

/** The lines that take a chain away, and whatever jumps to it; none when it is not listed. */
export function removalFrom(listing: readonly string[], chain: string): string[] {
  if (!listing.includes(`-N ${chain}`)) return []
  const jumps = listing.filter((line) => line.startsWith('-A') && line.endsWith(` -j ${chain}`))
  return [...jumps.map(deletion), `-F ${chain}`, `-X ${chain}`]
}

function deletion(rule: string): string {
  return rule.replace('-A', '-D')
}
