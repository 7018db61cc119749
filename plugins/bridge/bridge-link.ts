/** The bridge itself, which many containers share. */

import { ConfigError } from '#base/config-error.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Site } from '#cni/interface-plugin.ts'
import { ignoreRouterAdvertisements } from '#cni/settings.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { BridgeSpec, Link } from '#kernel/link.ts'
import { RT_SCOPE_LINK } from '#kernel/scope.ts'
import type { BridgeConfig } from './config.ts'
import { keepsMac } from './gateway-mac.ts'
import { randomMac } from './random-mac.ts'
import type { SharedUndo } from './shared-undo.ts'

/** The bridge of that name in a namespace, if it is there. @throws ConfigError when it is something else */
export function findBridge(host: Namespace, name: string): Link | undefined {
  const link = host.findLink(name)
  if (link === undefined || link.kind === 'bridge') return link
  const found = `${name}, a link of kind ${link.kind ?? 'hardware'}`
  throw new ConfigError(['bridge'], 'a bridge, or a name that no link has', found)
}

/**
 * Finds the bridge, or creates it, and has it up. One that is there keeps its mtu and its VLANs.
 *
 * `ip link add BRIDGE up type bridge`
 */
export function ensureBridge(site: Site<BridgeConfig>, undo: SharedUndo): Link {
  const { host, config } = site
  const bridge = findBridge(host, config.bridge) ?? createBridge(site, undo)
  ignoreRouterAdvertisements(host, bridge.name)
  if (config.isPromiscuous && bridge.promiscuity === 0) {
    host.changeLink(bridge.index, { isPromiscuous: true })
    const restore = () => host.changeLink(bridge.index, { isPromiscuous: false })
    undo.did(bridge, `make ${bridge.name} promiscuous`, restore)
  }
  if (!bridge.isUp) {
    host.changeLink(bridge.index, { isUp: true })
    undo.did(bridge, `bring ${bridge.name} up`, () => takeDown(host, bridge))
  }
  return bridge
}

/** A link that goes down loses its IPv6 addresses; one that was given any stays up. */
function takeDown(host: Namespace, { index }: Link): void {
  const addresses = host.listAddresses({ link: index, family: 6 })
  if (addresses.some(({ scope }) => scope !== RT_SCOPE_LINK)) return
  host.changeLink(index, { isUp: false })
}

function createBridge(site: Site<BridgeConfig>, undo: SharedUndo): Link {
  const { host, config } = site
  try {
    const bridge = host.createLink(bridgeSpec(site))
    undo.ownsBridge()
    undo.did(bridge, `create bridge ${bridge.name}`, () => host.removeLink(bridge.index))
    return bridge
  } catch (error) {
    // Another ADD may have been faster.
    const rival = isSystemError(error, 'EEXIST') ? findBridge(host, config.bridge) : undefined
    if (rival === undefined) throw error
    return rival
  }
}

function bridgeSpec(site: Site<BridgeConfig>): BridgeSpec {
  const { call, config } = site
  const { bridge, mtu, vlan, trunk } = config
  const filtersVlans = vlan !== 0 || trunk !== undefined
  return {
    kind: 'bridge',
    name: bridge,
    isUp: true,
    // Told one from birth, a gateway has the same for each of several that find it at once.
    ...(keepsMac(site) ? { mac: randomMac(call.host.random) } : {}),
    ...(mtu === 0 ? {} : { mtu }),
    ...(filtersVlans ? { bridge: { hasVlanFiltering: true } } : {}),
  }
}
