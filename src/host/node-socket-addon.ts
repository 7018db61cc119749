/** What Node.js has no functions for, of its sockets: the addon does it. */

import { SystemError } from '#base/system-error.ts'
import type { Peer } from './sockets.ts'

/** What of the addon is needed here. */
export interface SocketAddon {
  /** Tells which class errors shall have. */
  initialize(systemError: typeof SystemError): void
  /** `name` is what errors call the socket. @throws SystemError */
  peerOf(descriptor: number, name: string): Peer
  /** Has a listener neither block nor be inherited. @throws SystemError when it is none */
  adoptListener(descriptor: number): void
}

/** Loads the addon. */
export function openSocketAddon(loadAddon: () => unknown): SocketAddon {
  const addon = loadAddon()
  if (!isSocketAddon(addon)) throw new TypeError('the native addon knows nothing of sockets')
  addon.initialize(SystemError)
  return addon
}

function isSocketAddon(addon: unknown): addon is SocketAddon {
  if (typeof addon !== 'object' || addon === null) return false
  if (!('initialize' in addon && 'peerOf' in addon && 'adoptListener' in addon)) return false
  const functions = [addon.initialize, addon.peerOf, addon.adoptListener]
  return functions.every((value) => typeof value === 'function')
}
