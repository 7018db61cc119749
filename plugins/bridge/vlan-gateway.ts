/**
 * The gateway of a VLAN on a bridge: a veth whose one end is a port of the bridge in that VLAN, and
 * whose other end, `BRIDGE.VLAN`, has the gateway's addresses. All containers of the VLAN share it.
 */

import { ConfigError } from '#base/config-error.ts'
import type { Rollback } from '#base/rollback.ts'
import { isSystemError } from '#base/system-error.ts'
import { ignoreRouterAdvertisements } from '#cni/settings.ts'
import { createVeth } from '#cni/veth.ts'
import type { Files, Host } from '#host/host.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { isInterfaceName } from '#schema/interface-name.ts'
import type { BridgeConfig } from './config.ts'
import { joinVlans } from './port-vlans.ts'
import { listPorts } from './shared-undo.ts'

/** Where a gateway is. */
export interface VlanSite {
  readonly host: Namespace
  readonly machine: Host
  readonly bridge: Link
  readonly vlan: number
}

/** @throws ConfigError when the name would be too long */
export function requireGatewayName({ bridge, vlan }: Pick<BridgeConfig, 'bridge' | 'vlan'>): void {
  const name = gatewayName(bridge, vlan)
  if (isInterfaceName(name)) return
  const expected = `a name that leaves room for the VLAN: ${name} is none of an interface`
  throw new ConfigError(['bridge'], expected, bridge)
}

function gatewayName(bridge: string, vlan: number): string {
  return `${bridge}.${vlan}`
}

/** Finds the gateway of the VLAN, or creates it. `port` is that of this ADD, which is in the VLAN. */
export async function ensureVlanGateway(site: VlanSite, port: Link, undo: Rollback): Promise<Link> {
  const { host, bridge, vlan, machine } = site
  using _ = await lockVlanGateways(machine.files)
  const name = gatewayName(bridge.name, vlan)
  const present = host.findLink(name)
  if (present !== undefined) return present
  const request = { peer: { name }, mtu: bridge.mtu, controller: bridge.index }
  const gatewayPort = createVeth({ host, random: machine.random }, request)
  undo.did(`create VLAN gateway ${name}`, () => removeVlanGateway(site, port))
  ignoreRouterAdvertisements(host, gatewayPort.name)
  joinVlans(host, gatewayPort, { vlan, keepsDefaultVlan: false })
  host.changeLink(name, { isUp: true })
  return host.link(name)
}

/**
 * Removes the gateway of a VLAN unless a port is left in it. Whatever else has its name stays.
 *
 * @param ignored a port that does not count
 */
export async function removeVlanGateway(site: VlanSite, ignored?: Link): Promise<void> {
  const { host, bridge, vlan, machine } = site
  using _ = await lockVlanGateways(machine.files)
  const gateway = host.findLink(gatewayName(bridge.name, vlan))
  if (gateway?.kind !== 'veth' || gateway.parentNamespaceId !== undefined) return
  const ports = listPorts(host, bridge)
  if (!ports.some(({ index }) => index === gateway.parent)) return
  const others = ports.filter(({ index }) => index !== gateway.parent && index !== ignored?.index)
  if (!others.some((port) => isInVlan(host, port, vlan))) host.removeLink(gateway.index)
}

/** Other containers go whenever they like, so a port that was listed may be none any more. */
function isInVlan(host: Namespace, { index }: Link, vlan: number): boolean {
  try {
    return host.listBridgeVlans(index).some(({ id }) => id === vlan)
  } catch (error) {
    if (!isSystemError(error, 'ENODEV')) throw error
    return false
  }
}

const lockFolder = '/run/netwright'

/** Between looking who uses a gateway and removing it nobody may come to use it. */
async function lockVlanGateways(files: Files): Promise<Disposable> {
  await files.ensureDirectory(lockFolder, 0o700)
  return await files.lock(`${lockFolder}/vlan-gateways.lock`, { mode: 0o600, timeoutMs: 10_000 })
}
