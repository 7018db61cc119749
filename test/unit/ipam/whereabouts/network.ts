/** Networks whose attachments get their addresses from whereabouts, in files in memory. */

import { whereabouts } from '#ipam/whereabouts/plugin.ts'
import type { FakeHost } from '#test/lab/fake-host.ts'
import { FakeNetwork } from '#test/lab/fake-network.ts'

export const folder = '/var/lib/cni/whereabouts'

export class Network extends FakeNetwork {
  /** With a host of its own, unless it is on one that has others. */
  constructor(ipam: object, host?: FakeHost) {
    super(whereabouts, { type: 'whereabouts', ...ipam }, host)
  }

  /** The JSON in the files below the folder, but for locks. */
  documents(): Readonly<Record<string, unknown>> {
    const files = Object.entries(this.host.files.snapshot())
      .filter(([path]) => path.startsWith(`${folder}/`) && !path.endsWith('lock'))
      .map(([path, content]) => [path.slice(folder.length + 1), JSON.parse(content)] as const)
    return Object.fromEntries(files)
  }

  /** Who has what of a pool: `{ 1: 'c1' }`. */
  taken(pool: string): unknown {
    const document = this.host.files.snapshot()[`${folder}/pools/${pool}.json`]
    const { allocations } = JSON.parse(document ?? '{"allocations":{}}')
    const entries: [string, { id: string }][] = Object.entries(allocations)
    return Object.fromEntries(entries.map(([offset, { id }]) => [offset, id]))
  }
}
