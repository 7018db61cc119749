/** The life cycle of a plugin that makes an interface, from which each type differs by a descriptor. */

import { collectFailures, type SweepStep } from '#base/collect-failures.ts'
import type { Rollback } from '#base/rollback.ts'
import type { IpFamily } from '#ip/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { type Assignment, addInterface } from './add-interface.ts'
import type { Announcements } from './announcements.ts'
import type { Call } from './call.ts'
import { delegateDel, delegateGc, delegateStatus } from './delegate.ts'
import type { Attachment } from './network-config.ts'
import type { Plugin } from './plugin.ts'
import type { ResultInterface } from './result.ts'
import { findSandbox } from './sandbox.ts'

/** What the life cycle itself has to know of a type's configuration. */
export interface InterfaceConfig {
  /** Absent where nobody can listen before ADD is over: the kernel alone announces, then. */
  readonly announcements?: Announcements
}

/** A call, and the namespace this process is in. */
export interface HostSite {
  readonly call: Call
  readonly host: Namespace
}

/** Where an interface is made, and what its configuration wants. */
export interface Site<Config> extends HostSite {
  readonly config: Config
  readonly sandbox: Namespace
}

/** What a type has made, and what else ADD has to do about it. */
export interface NewInterface {
  /** Named `CNI_IFNAME`, in the sandbox, and still down; absent where the kernel has no link for it. */
  readonly link?: Link
  /** The address of the device on its PCI bus, where that is known. */
  readonly pciId?: string
  /** Whether it is to stay down, without addresses. */
  readonly staysDown?: boolean
  /** What becomes of the IPAM plugin's answer before anything is done with it. */
  completeAssignment?(given: Assignment): Assignment
  /** Readies the link for its addresses. */
  prepareLink?(assignment: Assignment): void
  /** Readies the link, which has its addresses and is up, for the routes. */
  prepareRoutes?(assignment: Assignment): void
  /** Connects the link, which has its addresses and routes and is up, with the world. */
  connect?(assignment: Assignment, undo: Rollback): Promise<void>
  /** All links of the result in their order; `own` is that of the sandbox and must be among them. */
  describeLinks?(own: ResultInterface): readonly ResultInterface[]
}

/** All that a type says of itself. */
export interface InterfaceDescriptor<Config extends InterfaceConfig> {
  /** The name of the plugin. */
  readonly type: string
  /**
   * The kind of link it makes; DEL leaves a link of another kind alone, which took its name. Absent
   * for a type that takes links of any kind, and gives them back.
   */
  readonly kind?: string
  /** Families whose addresses the kernel announces if it is told to. */
  readonly kernelAnnounces: readonly IpFamily[]
  /**
   * Whether it does so only as the link comes up: giving the link the hardware address that it has
   * would do nothing, or harm.
   */
  readonly kernelAnnouncesOnce?: boolean
  /** Whether neighbours can hear the link at once when it is up. */
  readonly isHeardAtOnce: boolean
  /** The type's own keys, as far as they can be judged without the kernel. @throws ConfigError */
  readConfig(call: Call): Config
  /** Creates a link in the sandbox, telling `undo` of everything it does. */
  createInterface(site: Site<Config>, undo: Rollback): NewInterface | Promise<NewInterface>
  /** Whether the resolver settings of the IPAM plugin go into the result, and not the configuration's. */
  keepsIpamDns?(config: Config): boolean
  /** CHECK: whether ADD made a link at all; it did where this is absent. */
  hasLink?(call: Call, config: Config): Promise<boolean>
  /** CHECK: what differs between a link of `kind` and the configuration, one sentence each. */
  verifyLink(site: Site<Config>, link: Link): readonly string[] | Promise<readonly string[]>
  /** STATUS: passes when an ADD could create its link now. @throws CniError 50 or 51 */
  verifyReadiness(call: Call, config: Config): void | Promise<void>
  /**
   * DEL: whether a link of `kind` is of this type's making, where the kind alone does not tell. An
   * ADD that was refused because the name is taken is followed by a DEL, too.
   */
  isOwnLink?(site: HostSite, link: Link): boolean
  /**
   * DEL: the steps that take back what ADD did outside of the sandbox, `removeLink` among them. The
   * sandbox may be gone, and a configuration that ADD would have refused is no failure.
   */
  release?(site: HostSite, removeLink: SweepStep): readonly SweepStep[]
  /** GC: the steps that take back the same of attachments that are not `valid`. */
  collect?(site: HostSite, valid: readonly Attachment[]): readonly SweepStep[]
}

/** A plugin that makes an interface, with addresses from the IPAM plugin or, without one, bare. */
export function interfacePlugin<Config extends InterfaceConfig>(
  descriptor: InterfaceDescriptor<Config>,
): Plugin {
  return {
    type: descriptor.type,
    add: (call) => addInterface(descriptor, call),
    // First the addresses, while a DHCP server can still be told through the link.
    del: (call) =>
      collectFailures([() => delegate(call, delegateDel), () => detach(descriptor, call)]),
    async check(call) {
      // Loaded on demand: few runtimes ever check.
      const { checkInterface } = await import('./check-interface.ts')
      await checkInterface(descriptor, call)
    },
    gc: (call) =>
      collectFailures([() => delegate(call, delegateGc), () => collect(descriptor, call)]),
    async status(call) {
      await descriptor.verifyReadiness(call, descriptor.readConfig(call))
      await delegate(call, delegateStatus)
    },
  }
}

/** What DEL does beside having the addresses given back. */
async function detach<C extends InterfaceConfig>(
  descriptor: InterfaceDescriptor<C>,
  call: Call,
): Promise<void> {
  const { kind, isOwnLink, release } = descriptor
  if (isOwnLink === undefined && release === undefined) return removeInterface(call, kind)
  using host = call.kernel.currentNamespace()
  const site = { call, host }
  const isOwn = (link: Link) => isOwnLink?.(site, link) !== false
  const removeLink = () => removeInterface(call, kind, isOwn)
  await collectFailures(release?.(site, removeLink) ?? [removeLink])
}

function removeInterface(
  call: Call,
  kind: string | undefined,
  isOwn?: (link: Link) => boolean,
): void {
  using sandbox = findSandbox(call)
  const link = sandbox?.findLink(call.ifName)
  if (link?.kind === undefined || link.kind !== kind || isOwn?.(link) === false) return
  sandbox?.removeLink(link.index)
}

/** What GC does beside having addresses collected. */
async function collect<C extends InterfaceConfig>(
  descriptor: InterfaceDescriptor<C>,
  call: Call,
): Promise<void> {
  const { validAttachments } = call.network
  if (descriptor.collect === undefined || validAttachments === undefined) return
  using host = call.kernel.currentNamespace()
  await collectFailures(descriptor.collect({ call, host }, validAttachments))
}

type Delegation = (call: Call, type: string) => Promise<void>

async function delegate(call: Call, command: Delegation): Promise<void> {
  if (call.network.ipamType !== undefined) await command(call, call.network.ipamType)
}
