/** The link of the host that has the gateway's addresses. */

import type { Rollback } from '#base/rollback.ts'
import { enableForwarding } from '#cni/forwarding.ts'
import type { Site } from '#cni/interface-plugin.ts'
import type { ResultIp } from '#cni/result.ts'
import type { Link } from '#kernel/link.ts'
import type { BridgeConfig } from './config.ts'
import { gatewayPrefixes } from './gateway.ts'
import { ensureAddress } from './gateway-address.ts'
import { hasNoMac } from './gateway-mac.ts'
import { randomMac } from './random-mac.ts'
import type { SharedUndo } from './shared-undo.ts'
import { ensureVlanGateway } from './vlan-gateway.ts'

/** The links of this ADD, and where to note what was done. */
export interface GatewayRequest {
  readonly bridge: Link
  readonly port: Link
  readonly ips: readonly ResultIp[]
  readonly undo: Rollback
  readonly shared: SharedUndo
}

/**
 * Gives the gateways of the addresses to the bridge, or to the gateway of the VLAN, which is then
 * returned, and has the host forward packets of their families.
 */
export async function serveAsGateway(
  site: Site<BridgeConfig>,
  request: GatewayRequest,
): Promise<Link | undefined> {
  const { config, call, host } = site
  const { bridge, port, ips, undo, shared } = request
  const vlanSite = { host, machine: call.host, bridge, vlan: config.vlan }
  const vlanGateway = config.vlan === 0 ? undefined : await ensureVlanGateway(vlanSite, port, undo)
  const link = vlanGateway ?? bridge
  const { replacesAddresses, detectsDuplicates } = config
  const did = (what: string, undoing: () => unknown) => shared.did(bridge, what, undoing)
  const prefixes = gatewayPrefixes(ips)
  const gatewaySite = { host, link, replacesAddresses, detectsDuplicates, did }
  const added = prefixes.filter((prefix) => ensureAddress(gatewaySite, prefix))
  if (added.length > 0 && vlanGateway === undefined) pinHardwareAddress(site, bridge)
  for (const family of new Set(prefixes.map(({ address }) => address.family))) {
    enableForwarding(host, family)
  }
  return vlanGateway
}

/**
 * A bridge takes the lowest hardware address of its ports until it is told one
 * (br_stp_recalculate_bridge_id). As that of a gateway it must stay when containers come and go.
 */
function pinHardwareAddress({ host, call }: Site<BridgeConfig>, bridge: Link): void {
  const { index, mac = randomMac(call.host.random) } = hasNoMac(bridge)
    ? { index: bridge.index }
    : bridge
  host.changeLink(index, { mac })
}
