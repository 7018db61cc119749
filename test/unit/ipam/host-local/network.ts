/** A network whose attachments get their addresses from host-local, on a host in memory. */

import { hostLocal } from '#ipam/host-local/plugin.ts'
import { FakeNetwork } from '#test/lab/fake-network.ts'

export const folder = '/var/lib/cni/networks/pods'

export class Network extends FakeNetwork {
  constructor(ipam: unknown) {
    super(hostLocal, ipam)
  }

  /** Puts files into the network's folder, as another program would. */
  put(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      this.host.files.put(`${folder}/${name}`, content, 0o600)
    }
  }

  /** Every file of the network's folder but the lock, by name. */
  files(): Readonly<Record<string, string>> {
    const files = Object.entries(this.host.files.snapshot())
      .map(([path, content]) => [path.replace(`${folder}/`, ''), content] as const)
      .filter(([name]) => name !== 'lock')
    return Object.fromEntries(files)
  }

  /** The reservations among the files. */
  taken(): readonly string[] {
    return Object.keys(this.files()).filter((name) => !name.startsWith('last_reserved_ip.'))
  }
}

/** The owner as a reservation's file says it. */
export function owner(containerId: string, ifName = 'net1'): string {
  return `${containerId}\r\n${ifName}`
}
