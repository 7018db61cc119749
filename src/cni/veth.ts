/** A veth between a host and a sandbox. */

import { hexOf } from '#base/bytes.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Random } from '#host/host.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link, VethPeer } from '#kernel/link.ts'

/** Where the end on the host is made. */
export interface VethSite {
  readonly host: Namespace
  readonly random: Random
}

export interface VethRequest {
  /** The other end. */
  readonly peer: VethPeer
  /** Bytes, of both ends; 0 for the kernel's default. */
  readonly mtu: number
  /** Index of the bridge that the end on the host becomes a port of. */
  readonly controller?: number
}

const mostTries = 10

/**
 * Creates a veth and returns its end on the host, which is up and has a random name; the other end is
 * down.
 *
 * `ip link add VETH up [master BRIDGE] type veth peer name NAME netns SANDBOX`
 *
 * @throws SystemError, `EEXIST` when the name of the other end is taken
 */
export function createVeth({ host, random }: VethSite, request: VethRequest): Link {
  const { mtu: bytes, peer, ...controller } = request
  const { name, namespace = host } = peer
  const mtu = bytes === 0 ? {} : { mtu: bytes }
  const both = {
    kind: 'veth',
    isUp: true,
    ...controller,
    ...mtu,
    peer: { ...peer, ...mtu },
  } as const
  for (let tries = 1; ; tries += 1) {
    try {
      return host.createLink({ ...both, name: vethName(random) })
    } catch (error) {
      const isOwnNameTaken = isSystemError(error, 'EEXIST') && !namespace.findLink(name)
      if (!isOwnNameTaken || tries === mostTries) throw error
    }
  }
}

/** `veth` and eight random hexadecimal digits, as the reference plugins name them. */
export function vethName(random: Random): string {
  return `veth${hexOf(random.bytes(4))}`
}

/**
 * The end on the host of a veth that has `link` in a sandbox, if it is there. Its index alone may be
 * that of another link elsewhere; ends of one veth know each other.
 */
export function findHostEnd(host: Namespace, link: Link): Link | undefined {
  if (link.parent === undefined || link.parentNamespaceId === undefined) return undefined
  const end = host.findLink(link.parent)
  const isOtherEnd = end?.parent === link.index && end.parentNamespaceId !== undefined
  return isOtherEnd ? end : undefined
}
