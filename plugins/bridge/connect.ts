/** The connection of a new container with the bridge. */

import type { Site } from '#cni/interface-plugin.ts'
import { createVeth } from '#cni/veth.ts'
import type { Link } from '#kernel/link.ts'
import { ensureBridge } from './bridge-link.ts'
import type { BridgeConfig } from './config.ts'
import type { SharedUndo } from './shared-undo.ts'

export interface Connection {
  readonly bridge: Link
  readonly port: Link
}

const mostTries = 3

/**
 * Has the bridge be there, and creates a port of it whose other end is the interface in the sandbox.
 *
 * An ADD that fails takes the bridge with it that it created, which may be the one that was found
 * here a moment ago: then there is another try.
 */
export function connect(site: Site<BridgeConfig>, undo: SharedUndo): Connection {
  const { call, config, sandbox, host } = site
  const { mac, mtu } = config
  const peer = { name: call.ifName, namespace: sandbox, ...(mac === undefined ? {} : { mac }) }
  for (let tries = 1; ; tries += 1) {
    const bridge = ensureBridge(site, undo)
    try {
      const request = { peer, mtu, controller: bridge.index }
      const port = createVeth({ host, random: call.host.random }, request)
      return { bridge, port }
    } catch (error) {
      if (tries === mostTries || host.findLink(bridge.index) !== undefined) throw error
    }
  }
}
