/** Undoing what an ADD did to a bridge that others may have come to use meanwhile. */

import type { Rollback } from '#base/rollback.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'

/** Undoes only while nobody else has put a port on the bridge since. */
export class SharedUndo {
  readonly #host: Namespace
  readonly #undo: Rollback
  readonly #ownPorts = new Set<number>()
  #hadPorts = true

  constructor(host: Namespace, undo: Rollback) {
    this.#host = host
    this.#undo = undo
  }

  /** Notes that the bridge is of this ADD, so that no port was there before. */
  ownsBridge(): void {
    this.#hadPorts = false
  }

  /** Notes that a port is of this ADD. */
  owns(port: Link): void {
    this.#ownPorts.add(port.index)
  }

  /** Notes that `what` was done to the bridge and how to undo it. */
  did(bridge: Link, what: string, undoing: () => unknown): void {
    this.#undo.did(what, () => (this.#isUsed(bridge) ? undefined : undoing()))
  }

  #isUsed(bridge: Link): boolean {
    // The kernel counts the indices of a namespace up (dev_index_reserve), so later ones are larger.
    const last = this.#hadPorts ? Math.min(...this.#ownPorts) : 0
    const isLater = ({ index }: Link) => index > last && !this.#ownPorts.has(index)
    return listPorts(this.#host, bridge).some(isLater)
  }
}

/** The ports of a bridge: `ip link show master BRIDGE` */
export function listPorts(host: Namespace, bridge: Link): readonly Link[] {
  return host.listLinks().filter(({ controller }) => controller === bridge.index)
}
