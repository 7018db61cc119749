/** A network of dhcp, which is called directly for links that wait for their addresses. */

import type { PluginCall, PluginCommand } from './cni-call.ts'
import { type Config, dhcpOf } from './config-builders.ts'
import { type DhcpSegment, startDhcpSegment } from './dhcp-segment.ts'
import { type IpamCallOptions, IpamNetwork } from './ipam-network.ts'
import type { Lab } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

export class DhcpNetwork extends IpamNetwork {
  readonly segment: DhcpSegment
  readonly #lab: Lab
  readonly #sandboxes = new Map<string, LabNamespace>()

  constructor(lab: Lab, segment: DhcpSegment, ipam: Config) {
    super(lab, dhcpOf(segment.daemon, ipam), { cniVersion: '1.1.0' })
    this.#lab = lab
    this.segment = segment
  }

  override request(
    command: PluginCommand,
    containerId: string,
    options?: IpamCallOptions,
  ): PluginCall {
    const { path: netns } = this.#sandboxOf(containerId)
    return { ...super.request(command, containerId, options), netns }
  }

  #sandboxOf(containerId: string): LabNamespace {
    const sandbox = this.#sandboxes.get(containerId) ?? this.#makeSandbox()
    this.#sandboxes.set(containerId, sandbox)
    return sandbox
  }

  #makeSandbox(): LabNamespace {
    const sandbox = this.#lab.namespace('pod')
    addMacvlan(this.segment.host, sandbox, 'net1')
    return sandbox
  }
}

/** A network with a server and a daemon of its own, for addresses of both families. */
export async function startDhcpNetwork(lab: Lab, ipam: Config = {}): Promise<DhcpNetwork> {
  const segment = await startDhcpSegment(lab, { settings: { hasIpv6: true } })
  return new DhcpNetwork(lab, segment, ipam)
}

/** A macvlan on `eth0` of the host, up and without addresses, as a main plugin makes it. */
export function addMacvlan(host: LabNamespace, sandbox: LabNamespace, name: string): void {
  const kind = ['type', 'macvlan', 'mode', 'bridge']
  host.ip('link', 'add', 'link', 'eth0', 'name', name, 'netns', sandbox.name, ...kind)
  sandbox.ip('link', 'set', name, 'up')
}
