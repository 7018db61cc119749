/** Where the kernel keeps what iptables was told. */

import type { Host } from '#host/host.ts'
import type { IpFamily } from '#ip/address.ts'
import type { NftChainKey, NftTableKey } from '#kernel/nftables.ts'

export const families = [4, 6] as const

const nftFamilies = { 4: 'ip', 6: 'ip6' } as const
const tableNames = { 4: '/proc/net/ip_tables_names', 6: '/proc/net/ip6_tables_names' } as const

/** The table nat where iptables-nft, the iptables of today, has it. */
export function natTable(family: IpFamily): NftTableKey {
  return { family: nftFamilies[family], table: 'nat' }
}

/** A chain of the table nat. */
export function natChain(family: IpFamily, chain: string): NftChainKey {
  return { ...natTable(family), chain }
}

/** Whether iptables-legacy has its table nat, which it has from its first use on. @throws SystemError */
export async function isNatInUse(host: Host, family: IpFamily): Promise<boolean> {
  const names = await host.files.findText(tableNames[family])
  return names?.split('\n').includes('nat') ?? false
}
