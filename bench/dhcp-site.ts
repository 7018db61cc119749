/** Where daemons keep leases: a host on a wire with dnsmasq, and links that wait for addresses. */

import { join } from 'node:path'
import { run, succeed } from '#test/lab/command.ts'
import { type DhcpDaemon, startDhcpDaemon } from '#test/lab/dhcp-daemon.ts'
import { type DhcpServer, type DhcpServerSettings, startDhcpServer } from '#test/lab/dhcp-server.ts'
import { dnsmasq } from '#test/lab/dnsmasq.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Workshop } from '#test/lab/workshop.ts'
import type { Contender, ContenderName } from './contenders.ts'
import { type PluginCall, readSamples, runner, runnerInput, type Sample } from './runner.ts'

/** A link in a namespace that is up and has no address. */
export interface Place {
  readonly space: LabNamespace
  readonly ifName: string
}

type Verb = 'ADD' | 'DEL'

const linksPerSpace = 20
const prefixLength = 16
/** How many calls are under way at once. */
const lanes = 8
const runDeadlineMs = 600_000
const ifName = 'net1'

export class DhcpSite {
  readonly server: DhcpServer
  readonly #workshop: Workshop
  readonly #host: LabNamespace
  readonly #daemons = new Map<ContenderName, DhcpDaemon>()

  private constructor(workshop: Workshop, host: LabNamespace, server: DhcpServer) {
    this.#workshop = workshop
    this.#host = host
    this.server = server
  }

  static async open(workshop: Workshop, timing: Partial<DhcpServerSettings>): Promise<DhcpSite> {
    const host = workshop.namespace('host')
    const wire = workshop.cable(host, 'eth0')
    const pool = ['10.220.1.0', '10.220.99.255'] as const
    const settings = { prefixLength, pool, ...timing } as const
    return new DhcpSite(
      workshop,
      host,
      await startDhcpServer(workshop, wire, { kind: dnsmasq, settings }),
    )
  }

  async startDaemon({ name, path }: Contender): Promise<DhcpDaemon> {
    const request = { program: [join(path, 'dhcp')], name: `${name}.sock` }
    const daemon = await startDhcpDaemon(this.#workshop, this.#host, request)
    this.#daemons.set(name, daemon)
    return daemon
  }

  /** Links that do not hear each other: what one asks for is none of the others' business. */
  preparePlaces(count: number): readonly Place[] {
    const spaces = Array.from({ length: Math.ceil(count / linksPerSpace) }, () =>
      this.#workshop.namespace('pod'),
    )
    // Otherwise any of a namespace's links answers for any of its addresses.
    const answerForItself = 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
    for (const space of spaces) space.run('sh', '-c', answerForItself)
    return Array.from({ length: count }, (_, index) => {
      const space = spaces[Math.floor(index / linksPerSpace)] ?? this.#host
      const name = `net${index % linksPerSpace}`
      const kind = ['type', 'macvlan', 'mode', 'private']
      this.#host.ip('link', 'add', 'link', 'eth0', 'name', name, 'netns', space.name, 'up', ...kind)
      return { space, ifName: name }
    })
  }

  /** Has the dhcp plugin of a contender get a lease for each place. */
  async acquire(contender: Contender, places: readonly Place[]): Promise<void> {
    await this.#callAll(contender, 'ADD', places)
  }

  /** Has it give them back. */
  async release(contender: Contender, places: readonly Place[]): Promise<void> {
    await this.#callAll(contender, 'DEL', places)
  }

  /**
   * Puts on each link the address of its lease, as the plugin that made it would have: a server finds out
   * by ARP whom to answer.
   */
  addressAll(places: readonly Place[]): void {
    const lines = this.server.log.seen(this.server.message('DHCPACK'))
    const addresses = new Map(lines.map(leaseInLine))
    for (const { space, ifName } of places) {
      const address = addresses.get(space.findLink(ifName)?.address)
      if (address === undefined) throw new Error(`find the lease of ${ifName} in ${space.name}`)
      space.ip('address', 'add', `${address}/${prefixLength}`, 'dev', ifName)
    }
  }

  async #callAll(contender: Contender, verb: Verb, places: readonly Place[]): Promise<void> {
    const command = [join(contender.path, 'dhcp')]
    const calls = places.map((place) => this.#call(contender, verb, { ...place, command }))
    const groups = Array.from({ length: Math.ceil(calls.length / lanes) }, (_, group) =>
      calls.slice(group * lanes, (group + 1) * lanes),
    )
    await this.#run(groups)
  }

  /** Milliseconds of an ADD of macvlan with dhcp, which is deleted again. */
  async timeAdd(contender: Contender): Promise<number> {
    const place = { space: this.#workshop.namespace('pod'), ifName, command: contender.command }
    const [add] = await this.#run([
      [this.#call(contender, 'ADD', place)],
      [this.#call(contender, 'DEL', place)],
    ])
    return add?.ms ?? Number.NaN
  }

  async #run(groups: readonly (readonly PluginCall[])[]): Promise<readonly Sample[]> {
    const options = { input: runnerInput(groups), deadlineMs: runDeadlineMs }
    return readSamples(succeed(await run(this.#host.inside(runner), options)).stdout)
  }

  #call(
    { name, path }: Contender,
    verb: Verb,
    { space, ifName, command }: Place & { readonly command: readonly string[] },
  ): PluginCall {
    const daemonSocketPath = this.#daemons.get(name)?.socketPath
    const network = { cniVersion: '1.0.0', name: `bench-${name}`, type: 'macvlan', master: 'eth0' }
    return {
      id: `${name}-${verb}-${space.name}-${ifName}`,
      command,
      environment: {
        CNI_COMMAND: verb,
        CNI_CONTAINERID: space.name,
        CNI_NETNS: space.path,
        CNI_IFNAME: ifName,
        CNI_PATH: path,
      },
      input: JSON.stringify({ ...network, ipam: { type: 'dhcp', daemonSocketPath } }),
    }
  }
}

/** The hardware address and the address of `DHCPACK(far0) 10.220.1.2 02:00:00:00:00:01`. */
function leaseInLine(line: string): readonly [string | undefined, string | undefined] {
  const [, address, mac] = /DHCPACK\(\w+\) (\S+) (\S+)/.exec(line) ?? []
  return [mac, address]
}
