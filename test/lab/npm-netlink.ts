/** A namespace as npm `netlink` sees it: another implementation, in a process of its own. */

import { fileURLToPath } from 'node:url'
import type { LabNamespace } from './namespace.ts'

/** Addresses are in the form of RFC 5952; what the kernel did not say is absent. */
export interface NpmNetlinkView {
  readonly links: readonly {
    readonly index: number
    readonly name: string
    readonly mtu: number
    readonly mac: string
    readonly isUp: boolean
  }[]
  readonly addresses: readonly {
    readonly link: number
    readonly prefix: string
    readonly broadcast?: string
  }[]
  readonly routes: readonly {
    readonly destination: string
    readonly table: number
    readonly link?: number
    readonly gateway?: string
    readonly source?: string
    readonly priority?: number
    readonly mtu?: number
    readonly advmss?: number
  }[]
}

const program = fileURLToPath(new URL('../fixtures/npm-netlink/list.mjs', import.meta.url))

export function npmNetlink(space: LabNamespace): NpmNetlinkView {
  return JSON.parse(space.run(process.execPath, program))
}
