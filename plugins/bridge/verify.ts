/** CHECK and STATUS of the bridge plugin. */

import type { Call } from '#cni/call.ts'
import { difference, listed } from '#cni/difference.ts'
import type { Site } from '#cni/interface-plugin.ts'
import { filterSite } from '#cni/packet-filter.ts'
import { previousResult } from '#cni/previous-result.ts'
import { verifyHostLink } from '#cni/verify-host-link.ts'
import { findHostEnd } from '#cni/veth.ts'
import type { Link } from '#kernel/link.ts'
import { findBridge } from './bridge-link.ts'
import type { BridgeConfig } from './config.ts'
import { keepsMac } from './gateway-mac.ts'
import { wantedVlans } from './port-vlans.ts'

/** What differs on the host from the configuration and from what ADD said. */
export function verifyAttachment(site: Site<BridgeConfig>, link: Link): readonly string[] {
  const { call, config, host } = site
  const bridge = findBridge(host, config.bridge)
  if (bridge === undefined) return difference('bridge', config.bridge, undefined)
  const promised = previousResult(call)
  const port = findHostEnd(host, link)
  const onBridge = [
    ...verifyHostLink(promised, keepsMac(site) ? bridge : { name: bridge.name }),
    ...(config.isPromiscuous && bridge.promiscuity === 0
      ? [`bridge ${bridge.name}: expected a promiscuous link, found one that is not`]
      : []),
  ]
  if (port === undefined) return [...onBridge, ...difference('port', 'a veth', undefined)]
  return [...onBridge, ...verifyHostLink(promised, port), ...verifyPort(site, bridge, port)]
}

function verifyPort(site: Site<BridgeConfig>, bridge: Link, port: Link): string[] {
  const { config, host } = site
  if (port.controller !== bridge.index) {
    const found = port.controller === undefined ? undefined : host.findLink(port.controller)?.name
    return difference(`bridge of ${port.name}`, bridge.name, found)
  }
  const { isHairpin = false, isIsolated = false } = port.bridgePort ?? {}
  return [
    ...difference(`hairpin mode of ${port.name}`, onOrOff(config.isHairpin), onOrOff(isHairpin)),
    ...difference(`isolation of ${port.name}`, onOrOff(config.isIsolated), onOrOff(isIsolated)),
    ...verifyVlans(site, port),
  ]
}

function onOrOff(value: boolean): string {
  return value ? 'on' : 'off'
}

function verifyVlans({ config, host }: Site<BridgeConfig>, port: Link): string[] {
  const wanted = wantedVlans(config)
  if (wanted.length === 0) return []
  const present = new Set(host.listBridgeVlans(port.index).map(({ id }) => id))
  const missing = wanted.map(({ id }) => id).filter((id) => !present.has(id))
  if (missing.length === 0) return []
  return [`VLANs of ${port.name}: expected ${listed(missing)}, found ${listed([...present])}`]
}

/** @throws CniError 50 when an ADD would fail */
export async function verifyReadiness(call: Call, config: BridgeConfig): Promise<void> {
  using host = call.kernel.currentNamespace()
  findBridge(host, config.bridge)
  if (!config.masquerades) return
  const { requireMasqueradeBackend } = await import('#nft/masquerade.ts')
  await requireMasqueradeBackend(filterSite({ call, host }))
}
