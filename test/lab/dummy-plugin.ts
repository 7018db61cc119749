/** The smallest plugin that makes an interface. */

import type { Rollback } from '#base/rollback.ts'
import {
  type InterfaceConfig,
  type InterfaceDescriptor,
  interfacePlugin,
  type NewInterface,
  type Site,
} from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'

export type DummyDescriptor = InterfaceDescriptor<InterfaceConfig>

const announceOnce: InterfaceConfig = { announcements: { count: 1, intervalMs: 100 } }

/** A plugin that makes dummies, which announces addresses once; `changes` overwrite what it is. */
export function dummyPlugin(changes: Partial<DummyDescriptor> = {}): Plugin {
  return interfacePlugin<InterfaceConfig>({
    type: 'dummy',
    kind: 'dummy',
    kernelAnnounces: [4, 6],
    isHeardAtOnce: true,
    readConfig: () => announceOnce,
    createInterface: createDummy,
    verifyLink: () => [],
    verifyReadiness: () => undefined,
    ...changes,
  })
}

export function createDummy(
  { call, sandbox }: Site<InterfaceConfig>,
  undo: Rollback,
): NewInterface {
  const link = sandbox.createLink({ name: call.ifName, kind: 'dummy' })
  undo.did('create link', () => sandbox.removeLink(link.index))
  return { link }
}
