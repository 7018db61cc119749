/** The example configurations of every README, and a machine to try them on. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config-builders.ts'
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

/** A pod on a host as examples have it: `eth0` is the link of its default route, `eth1` is free. */
export function podOfExample(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'eth0')
  host.ip('address', 'add', '192.0.2.1/24', 'dev', 'eth0')
  host.ip('route', 'add', 'default', 'via', '192.0.2.254')
  const free = ['eth1', 'address', '02:00:5e:00:00:01', 'type', 'veth', 'peer', 'name', 'eth2']
  host.ip('link', 'add', ...free)
  return lab.pod(host)
}

/** An example whose plugins keep and read files below the lab's folder only. */
export function isolated({ config: given }: Example, lab: Lab): Config {
  const hasRecords = given.type === 'host-device'
  const config = hasRecords ? { ...given, dataDir: lab.deviceDir() } : given
  const ipam = Object(config.ipam)
  if (ipam.type !== 'host-local') return config
  const resolvConf = join(lab.folder, 'resolv.conf')
  writeFileSync(resolvConf, 'nameserver 192.0.2.53\n')
  const replaced = 'resolvConf' in ipam ? { resolvConf } : {}
  return { ...config, ipam: { ...ipam, dataDir: lab.dataDir(), ...replaced } }
}
