/** The ipvlans that a master has already: the kernel gives all of them the mode and flag of a new one. */

import { ConfigError } from '#base/config-error.ts'
import type { Call } from '#cni/call.ts'
import type { Site } from '#cni/interface-plugin.ts'
import { findNamespace } from '#cni/own-namespace.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { IpvlanData, Link } from '#kernel/link.ts'
import type { IpvlanConfig } from './config.ts'

/** An ipvlan, and where it was found. */
interface Sibling {
  readonly ipvlan: IpvlanData
  readonly name: string
  readonly place: string
}

/**
 * Refuses what would change ipvlans that are on the master: in the namespace of the master, in the
 * sandbox, and in the namespaces in the sandbox's folder, where a runtime keeps those of its other
 * containers. One that is elsewhere is not found.
 *
 * @throws ConfigError naming one of them
 */
export async function requireSameMode(site: Site<IpvlanConfig>, master: Link): Promise<void> {
  const sibling = await findSibling(site, master)
  if (sibling === undefined) return
  for (const key of ['mode', 'flag'] as const) {
    const theirs = sibling.ipvlan[key]
    const ours = site.config[key]
    if (theirs === undefined || theirs === ours) continue
    const owner = `${sibling.name} in ${sibling.place}`
    const expected = `${theirs}, which all ipvlans on ${master.name} share with ${owner}`
    throw new ConfigError([key], expected, ours)
  }
}

async function findSibling(
  { call, config, sandbox, host }: Site<IpvlanConfig>,
  master: Link,
): Promise<Sibling | undefined> {
  const home = config.isMasterInSandbox ? sandbox : host
  // The kernel makes a new one its sibling (ipvlan_link_new).
  const isOne = master.kind === 'ipvlan'
  const near = (isOne ? master : undefined) ?? findNear(home, master)
  if (near !== undefined) return asSibling(near, home.path)
  const far = config.isMasterInSandbox ? undefined : findFar(sandbox, master)
  if (far !== undefined) return asSibling(far, sandbox.path)
  return config.isMasterInSandbox ? undefined : await findInOtherSandboxes(call, master)
}

function asSibling({ name, ipvlan }: Link, place: string): Sibling | undefined {
  return ipvlan && { name, ipvlan, place }
}

/** One in the namespace of the master. */
function findNear(home: Namespace, master: Link): Link | undefined {
  return home.listLinks().find((link) => {
    return link.ipvlan && link.parent === master.index && link.parentNamespaceId === undefined
  })
}

/** One in another namespace. An index alone may be that of some other link; they share the address. */
function findFar(space: Namespace, master: Link): Link | undefined {
  return space.listLinks().find(({ ipvlan, parent, parentNamespaceId, mac }) => {
    const isFar = parentNamespaceId !== undefined
    return ipvlan && parent === master.index && isFar && mac === master.mac
  })
}

async function findInOtherSandboxes(
  { kernel, host, netns }: Call,
  master: Link,
): Promise<Sibling | undefined> {
  const folder = netns.slice(0, netns.lastIndexOf('/'))
  for (const name of await host.files.list(folder)) {
    const path = `${folder}/${name}`
    if (path === netns) continue
    using space = findNamespace(kernel, path)
    const found = space && findFar(space, master)
    if (found !== undefined) return asSibling(found, path)
  }
  return undefined
}
