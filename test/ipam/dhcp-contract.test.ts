import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dhcp } from '#ipam/dhcp/plugin.ts'
import { givingContract, keepingContract, type PoolSubject } from '#test/contract/ipam.ts'
import { startDhcpNetwork } from '#test/lab/dhcp-network.ts'
import type { Lab } from '#test/lab/lab.ts'

/** The leases that the daemon's files say somebody holds. */
function taken({ folder }: Lab, network: string): readonly string[] {
  const leases = join(folder, 'dhcp.sock.leases')
  const names = readdirSync(leases).filter((name) => name.endsWith('.json'))
  const records = names.map((name) => JSON.parse(readFileSync(join(leases, name), 'utf8')))
  return records
    .filter(({ isOwed, order }) => !isOwed && order.key.network === network)
    .flatMap(({ lease, lease6 }) => [lease, lease6].filter(Boolean))
    .map(({ address }) => address)
}

const subject: PoolSubject = {
  plugin: { type: 'dhcp', load: async () => dhcp },
  network: (lab, families) =>
    startDhcpNetwork(lab, { families: families === 'both' ? ['ipv4', 'ipv6'] : ['ipv4'] }),
  taken,
}

givingContract(subject)
keepingContract(subject)
