/** The example configurations of every README, and a machine to try them on. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, dhcpOf } from './config-builders.ts'
import type { DhcpDaemon } from './dhcp-daemon.ts'
import { serveDhcp } from './dhcp-segment.ts'
import type { Lab } from './lab.ts'
import type { Pod } from './pod.ts'
import { readmeFolders, readReadme } from './readme.ts'

export interface Example {
  /** `example 1 of plugins/macvlan` */
  readonly title: string
  readonly config: Config
}

export const examples: readonly Example[] = readmeFolders.flatMap((folder) =>
  readReadme(folder).examples.map((config, index) => {
    return { title: `example ${index + 1} of ${folder}`, config }
  }),
)

/** Keys that need a bridge with VLAN filtering, which not every kernel has. */
const vlanKeys = ['vlan', 'vlanTrunk']

/** Plugins whose kinds of links not every kernel has. */
const rareTypes = ['ipvlan', 'vlan', 'dummy']

/** Whether an example works on kernels without VLAN filtering and rare kinds of links, too. */
export function runsAnywhere({ config }: Example): boolean {
  const isRare = rareTypes.includes(String(config.type))
  return !isRare && !vlanKeys.some((key) => key in config)
}

/** A machine that an example is tried on. */
export interface ExampleSite {
  readonly pod: Pod
  /** The example, with the keys that have its plugins keep and read files below the lab's folder only. */
  readonly config: Config
}

/** A host as examples have it: `eth0` is the link of its default route, `eth1` is free. */
export async function prepareExample({ config }: Example, lab: Lab): Promise<ExampleSite> {
  const host = lab.host()
  const wire = lab.cable(host, 'eth0')
  host.ip('address', 'add', '192.0.2.1/24', 'dev', 'eth0')
  host.ip('route', 'add', 'default', 'via', '192.0.2.254')
  const free = ['eth1', 'address', '02:00:5e:00:00:01', 'type', 'veth', 'peer', 'name', 'eth2']
  host.ip('link', 'add', ...free)
  const daemon = isOfDhcp(config) ? (await serveDhcp(lab, { host, wire })).daemon : undefined
  return { pod: lab.pod(host), config: isolated(config, lab, daemon) }
}

function isOfDhcp({ ipam }: Config): boolean {
  return Object(ipam).type === 'dhcp'
}

function isolated(given: Config, lab: Lab, daemon?: DhcpDaemon): Config {
  const hasRecords = given.type === 'host-device'
  const config = hasRecords ? { ...given, dataDir: lab.deviceDir() } : given
  const ipam = Object(config.ipam)
  if (daemon !== undefined) return { ...config, ipam: { ...ipam, ...dhcpOf(daemon) } }
  if (ipam.type === 'whereabouts') {
    return { ...config, ipam: { ...ipam, datastore: 'file', dataDir: lab.dataDir() } }
  }
  if (ipam.type !== 'host-local') return config
  const resolvConf = join(lab.folder, 'resolv.conf')
  writeFileSync(resolvConf, 'nameserver 192.0.2.53\n')
  const replaced = 'resolvConf' in ipam ? { resolvConf } : {}
  return { ...config, ipam: { ...ipam, dataDir: lab.dataDir(), ...replaced } }
}
