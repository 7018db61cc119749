import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { whereabouts } from '#ipam/whereabouts/plugin.ts'
import { poolContract } from '#test/contract/ipam.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import type { Lab } from '#test/lab/lab.ts'

/** Who has what, by the pools' documents. */
function allocationsOf(lab: Lab): readonly string[] {
  const folder = join(lab.dataDir(), 'pools')
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.flatMap((name) => {
    const { allocations } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    return Object.keys(allocations).map((offset) => `${name} ${offset}`)
  })
}

poolContract({
  plugin: { type: whereabouts.type, load: async () => whereabouts },
  network: (lab, families) => {
    const second = families === 'both' ? [{ range: 'fd00:7::/120' }] : []
    const ipam = { type: 'whereabouts', ipRanges: [{ range: '10.7.0.0/29' }, ...second] }
    return new IpamNetwork(lab, ipam, { cniVersion: '1.1.0' })
  },
  taken: allocationsOf,
})
