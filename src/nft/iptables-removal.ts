/** The chains of containers that are gone, away from iptables. */

import { collectFailures } from '#base/collect-failures.ts'
import type { IpFamily } from '#ip/address.ts'
import type { NftChange } from '#kernel/nftables.ts'
import type { Attachment, ContainerInterface } from './attachment.ts'
import { changeNat, listNat } from './iptables-program.ts'
import { chainOf, isOurChain, ownerOf, removalFrom } from './iptables-rules.ts'
import { families, isNatInUse, natChain, natTable } from './iptables-traces.ts'
import { lookInNftables, sweepNftables } from './settle-nftables.ts'
import type { Site } from './site.ts'

/**
 * Removes the chain of a container and whatever jumps to it, for any address. Without a trace of
 * iptables no program is run.
 *
 * @throws CniError, SystemError
 */
export async function removeFromIptables(site: Site, owner: Attachment): Promise<void> {
  const chain = chainOf(site.host.digests, owner.network, owner.containerId)
  const places = families.map((family) => async () => {
    if (await isTraced(site, family)) await removeChain(site, family, chain)
  })
  await collectFailures(places)
}

/** Whether anybody has used the table nat of either iptables. */
async function isTraced({ space, host }: Site, family: IpFamily): Promise<boolean> {
  const postrouting = natChain(family, 'POSTROUTING')
  const isInNft = lookInNftables(() => space.findNftChain(postrouting)) !== undefined
  return isInNft || (await isNatInUse(host, family))
}

/**
 * Removes the chains of the containers of `network` that have no valid attachment.
 *
 * @throws CniError, SystemError
 */
export async function collectInIptables(
  site: Site,
  network: string,
  valid: readonly ContainerInterface[],
): Promise<void> {
  const validIds = new Set(valid.map(({ containerId }) => containerId))
  await collectFailures(
    families.map((family) => async () => {
      const ids = await containersOf(site, family, network)
      const stale = [...ids].filter((id) => !validIds.has(id))
      const chains = stale.map((id) => chainOf(site.host.digests, network, id))
      await collectFailures(chains.map((chain) => () => removeChain(site, family, chain)))
    }),
  )
}

/** The containers of a network that have a chain: only iptables itself can tell comments. */
async function containersOf(
  { space, host }: Site,
  family: IpFamily,
  network: string,
): Promise<ReadonlySet<string>> {
  const chains = lookInNftables(() => space.listNftChains(natTable(family))) ?? []
  const isUsed = chains.some(({ chain }) => isOurChain(chain)) || (await isNatInUse(host, family))
  const listing = isUsed ? await listNat(host, family) : []
  const owners = listing.map(ownerOf).filter((owner) => owner?.network === network)
  return new Set(owners.flatMap((owner) => owner?.containerId ?? []))
}

async function removeChain(site: Site, family: IpFamily, chain: string): Promise<void> {
  await collectFailures([
    () => removeFromNft(site, family, chain),
    () => removeFromLegacy(site, family, chain),
  ])
}

/** What iptables-nft keeps is ordinary nf_tables, and changing it needs no program. */
function removeFromNft({ space }: Site, family: IpFamily, chain: string): void {
  const key = natChain(family, chain)
  const postrouting = natChain(family, 'POSTROUTING')
  sweepNftables(space, (): NftChange[] => {
    if (space.findNftChain(key) === undefined) return []
    const jumps = space
      .listNftRules(postrouting)
      .filter(({ expressions }) =>
        expressions.some((step) => step.kind === 'verdict' && step.chain === chain),
      )
    return [
      ...jumps.map(
        ({ handle }): NftChange => ({ operation: 'removeRule', ...postrouting, handle }),
      ),
      { operation: 'flushChain', ...key },
      { operation: 'removeChain', ...key },
    ]
  })
}

async function removeFromLegacy({ host }: Site, family: IpFamily, chain: string): Promise<void> {
  if (!(await isNatInUse(host, family))) return
  const lines = removalFrom(await listNat(host, family), chain)
  if (lines.length > 0) await changeNat(host, family, lines)
}
