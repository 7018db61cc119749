/** The real kernel through our port, beside a lab that checks it with other people's tools. */

import { loadAddon } from '#host/node.ts'
import { openKernel } from '#kernel/addon.ts'
import type { Kernel, Namespace } from '#kernel/kernel.ts'
import type { BridgeSpec, VethSpec } from '#kernel/link.ts'
import { test as base } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

export interface KernelFixtures {
  readonly kernel: Kernel
  /** Opens a namespace of the lab until the test ends. */
  readonly open: (space: LabNamespace) => Namespace
  /** A namespace as iproute2 sees it. */
  readonly witness: LabNamespace
  /** The same namespace through the kernel port. */
  readonly space: Namespace
  /** A second namespace as iproute2 sees it. */
  readonly otherWitness: LabNamespace
  /** That namespace through the kernel port. */
  readonly other: Namespace
}

/** The smallest veth between ends of these names. */
export function veth(name: string, peer: VethSpec['peer']): VethSpec {
  return { kind: 'veth', name, peer }
}

/** The smallest bridge of this name. */
export function bridge(name: string): BridgeSpec {
  return { kind: 'bridge', name }
}

/** A test with a lab and the kernel port. */
export const test = base.extend<KernelFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures used from the pattern
  kernel: async ({}, use) => {
    await use(openKernel(loadAddon()))
  },
  open: async ({ kernel }, use) => {
    const opened: Namespace[] = []
    await use((space) => {
      const namespace = kernel.openNamespace(space.path)
      opened.push(namespace)
      return namespace
    })
    for (const namespace of opened) namespace[Symbol.dispose]()
  },
  witness: async ({ lab }, use) => {
    await use(lab.namespace('home'))
  },
  space: async ({ open, witness }, use) => {
    await use(open(witness))
  },
  otherWitness: async ({ lab }, use) => {
    await use(lab.namespace('other'))
  },
  other: async ({ open, otherWitness }, use) => {
    await use(open(otherWitness))
  },
})
