/** Masquerading with iptables: a chain for each container of a network. */

import { Rollback } from '#base/rollback.ts'
import type { IpFamily } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import type { Attachment } from './attachment.ts'
import { changeNat, listNat } from './iptables-program.ts'
import { additionTo, natRules } from './iptables-rules.ts'
import { families, isNatInUse, natChain } from './iptables-traces.ts'
import { lookInNftables } from './settle-nftables.ts'
import type { Site } from './site.ts'

/** What is there already stays; what is not is undone when something fails. @throws CniError, SystemError */
export async function addInIptables(
  site: Site,
  owner: Attachment,
  addresses: readonly IpPrefix[],
): Promise<void> {
  await using undo = new Rollback()
  for (const family of families) {
    const prefixes = addresses.filter(({ address }) => address.family === family)
    if (prefixes.length === 0) continue
    const rules = natRules(site.host.digests, owner, { family, addresses: prefixes })
    const listing = await listingFor(site, family, rules.chain)
    const change = additionTo(listing, rules)
    if (change.add.length === 0) continue
    await changeNat(site.host, family, change.add)
    undo.did(`add chain ${rules.chain}`, () => changeNat(site.host, family, change.undo))
  }
  undo.commit()
}

/** A listing costs a process; a chain that has left no trace in the kernel is in none. */
async function listingFor(
  { space, host }: Site,
  family: IpFamily,
  chain: string,
): Promise<readonly string[]> {
  const found = lookInNftables(() => space.findNftChain(natChain(family, chain)))
  return found !== undefined || (await isNatInUse(host, family)) ? listNat(host, family) : []
}
