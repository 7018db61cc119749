/** A named network namespace of the test's own, seen through iproute2. */

import { runSync } from './command.ts'

/** What `ip -j -d link show` says of a link, as far as tests look at it. */
export interface WitnessedLink {
  readonly ifindex: number
  readonly ifname: string
  readonly link?: string
  readonly link_index?: number
  readonly flags: readonly string[]
  readonly mtu: number
  readonly operstate: string
  readonly address?: string
  readonly txqlen?: number
  readonly ifalias?: string
  readonly master?: string
  readonly promiscuity?: number
  readonly linkinfo?: {
    readonly info_kind?: string
    readonly info_data?: Record<string, unknown>
    readonly info_slave_kind?: string
    readonly info_slave_data?: Record<string, unknown>
  }
}

export interface WitnessedAddress {
  readonly family: 'inet' | 'inet6'
  readonly local: string
  readonly prefixlen: number
  readonly broadcast?: string
  readonly scope: string
  readonly tentative?: boolean
}

export interface WitnessedRoute {
  readonly dst: string
  readonly gateway?: string
  readonly dev?: string
  readonly metric?: number
  readonly scope?: string
  readonly table?: string
  readonly protocol?: string
  readonly flags: readonly string[]
  readonly metrics?: readonly Record<string, number>[]
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev: string }[]
}

interface WitnessedBridgeVlans {
  readonly vlans: readonly {
    readonly vlan: number
    readonly vlanEnd?: number
    readonly flags?: readonly string[]
  }[]
}

/** One namespace under /run/netns. */
export class LabNamespace {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  get path(): string {
    return `/run/netns/${this.name}`
  }

  /** The command line that runs a program in this namespace. */
  inside(...command: readonly string[]): readonly string[] {
    return ['nsenter', `--net=${this.path}`, ...command]
  }

  /** Runs a short program in this namespace and returns its output. */
  run(...command: readonly string[]): string {
    return runSync(this.inside(...command))
  }

  /** `ip ...` in this namespace. */
  ip(...parameters: readonly string[]): string {
    return runSync(['ip', '-n', this.name, ...parameters])
  }

  links(): readonly WitnessedLink[] {
    return this.#json('-d', 'link', 'show')
  }

  findLink(name: string): WitnessedLink | undefined {
    return this.links().find((link) => link.ifname === name)
  }

  /** The names of all links but the loopback. */
  linkNames(): readonly string[] {
    return this.links()
      .map((link) => link.ifname)
      .filter((name) => name !== 'lo')
      .sort()
  }

  addresses(link: string): readonly WitnessedAddress[] {
    const shown: { addr_info: WitnessedAddress[] }[] = this.#json('address', 'show', 'dev', link)
    return shown.flatMap((one) => one.addr_info)
  }

  /** The addresses of a link that somebody gave it, as `10.1.2.3/24`. */
  addressTexts(link: string): readonly string[] {
    return this.addresses(link)
      .filter((address) => address.scope === 'global')
      .map((address) => `${address.local}/${address.prefixlen}`)
  }

  routes(family: 4 | 6, table = 'main'): readonly WitnessedRoute[] {
    return this.#json(`-${family}`, 'route', 'show', 'table', table)
  }

  /** The VLANs of a port as ranges, `1 PVID Egress Untagged` or `10-19`, or none. */
  bridgeVlans(port: string): readonly string[] {
    const shown: WitnessedBridgeVlans[] = JSON.parse(
      this.run('bridge', '-json', '-compressvlans', 'vlan', 'show', 'dev', port),
    )
    return shown.flatMap(({ vlans }) => vlans).map(formatBridgeVlan)
  }

  sysctl(key: string): string {
    return this.run('cat', `/proc/sys/${key}`).trim()
  }

  // ip prints nothing at all for some empty lists.
  #json<T>(...parameters: readonly string[]): T {
    const text = this.ip('-j', ...parameters).trim()
    return JSON.parse(text === '' ? '[]' : text)
  }
}

function formatBridgeVlan({
  vlan,
  vlanEnd = vlan,
  flags = [],
}: WitnessedBridgeVlans['vlans'][number]): string {
  return [vlan === vlanEnd ? vlan : `${vlan}-${vlanEnd}`, ...flags].join(' ')
}
