/** The dummy plugin: a link in the sandbox that leads nowhere, to have addresses on. */

import type { Rollback } from '#base/rollback.ts'
import type { Call } from '#cni/call.ts'
import { createLink } from '#cni/create-link.ts'
import { difference } from '#cni/difference.ts'
import {
  type InterfaceConfig,
  interfacePlugin,
  type NewInterface,
  type Site,
} from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import { requireIpam } from '#cni/require-ipam.ts'

export const dummy: Plugin = interfacePlugin<InterfaceConfig>({
  type: 'dummy',
  kind: 'dummy',
  // There is nobody to tell anything.
  kernelAnnounces: [],
  isHeardAtOnce: true,
  readConfig,
  createInterface,
  keepsIpamDns: () => true,
  verifyLink: (_, { isUp }) => difference('state', 'up', isUp ? 'up' : 'down'),
  // Nothing but the kernel is needed.
  verifyReadiness: () => undefined,
})

/** It has no keys of its own. */
function readConfig(call: Call): InterfaceConfig {
  requireIpam(call)
  return {}
}

/** `ip -n SANDBOX link add CNI_IFNAME type dummy` */
function createInterface({ call, sandbox }: Site<InterfaceConfig>, undo: Rollback): NewInterface {
  return { link: createLink(sandbox, { name: call.ifName, kind: 'dummy' }, undo) }
}
