/** ADD: a container's interface on the bridge. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Rollback } from '#base/rollback.ts'
import type { Assignment } from '#cni/add-interface.ts'
import { awaitLinkUp } from '#cni/await-link-up.ts'
import type { NewInterface, Site } from '#cni/interface-plugin.ts'
import { filterOwner, filterSite } from '#cni/packet-filter.ts'
import type { ResultInterface, ResultIp } from '#cni/result.ts'
import { describeLink } from '#cni/result-link.ts'
import { changeSetting, ignoreRouterAdvertisements } from '#cni/settings.ts'
import type { Link } from '#kernel/link.ts'
import type { BridgeConfig } from './config.ts'
import { connect } from './connect.ts'
import { completeGateways } from './gateway.ts'
import { serveAsGateway } from './gateway-link.ts'
import { hasNoMac, keepsMac } from './gateway-mac.ts'
import { joinVlans } from './port-vlans.ts'
import { SharedUndo } from './shared-undo.ts'

/** Creates both ends of a veth, the bridge if it is not there, and the guard of the port. */
export async function createAttachment(
  site: Site<BridgeConfig>,
  undo: Rollback,
): Promise<NewInterface> {
  const { call, config, sandbox, host } = site
  const shared = new SharedUndo(host, undo)
  const { bridge, port } = connect(site, shared)
  // Both ends go together.
  undo.did(`create link ${port.name}`, () => host.removeLink(port.index))
  shared.owns(port)
  configurePort(site, port)
  const link = sandbox.link(call.ifName)
  if (config.guardsMac) await guardPort(site, { port, link, undo })
  return new BridgeAttachment(site, { bridge, port, link, shared })
}

function configurePort({ config, host }: Site<BridgeConfig>, port: Link): void {
  const { isHairpin, isIsolated } = config
  ignoreRouterAdvertisements(host, port.name)
  // A new port is neither.
  if (isHairpin || isIsolated) host.changeBridgePort(port.index, { isHairpin, isIsolated })
  joinVlans(host, port, config)
}

interface Guarding {
  readonly port: Link
  readonly link: Link
  readonly undo: Rollback
}

/** Has frames of the container dropped that do not come from its hardware address. */
async function guardPort(site: Site<BridgeConfig>, { port, link, undo }: Guarding): Promise<void> {
  const { mac } = link
  // Every veth has one.
  if (mac === undefined) return
  const { addSpoofGuard, removeSpoofGuard } = await import('#nft/spoof-guard.ts')
  const [place, owner] = [filterSite(site), filterOwner(site.call)]
  addSpoofGuard(place, { ...owner, hostLink: port.name, mac })
  undo.did(`guard the hardware address of ${link.name}`, () => removeSpoofGuard(place, owner))
}

interface Parts {
  readonly bridge: Link
  readonly port: Link
  readonly link: Link
  readonly shared: SharedUndo
}

/** The container's end of a veth, whose other end is a port of the bridge. */
class BridgeAttachment implements NewInterface {
  readonly link: Link
  readonly staysDown: boolean
  readonly #site: Site<BridgeConfig>
  readonly #parts: Parts
  /** Bridge and port, and the gateway of the VLAN if there is one. */
  #hostLinks: readonly Link[]

  constructor(site: Site<BridgeConfig>, parts: Parts) {
    this.link = parts.link
    this.staysDown = site.config.staysDown
    this.#site = site
    this.#parts = parts
    this.#hostLinks = [parts.bridge, parts.port]
  }

  completeAssignment(given: Assignment): Assignment {
    return completeGateways(given, this.#site.config)
  }

  /** An address that is not checked for duplicates is of use at once. */
  prepareLink(): void {
    const { config, sandbox } = this.#site
    const setting = (name: string, value: string) =>
      changeSetting(sandbox, `net/ipv6/conf/${this.link.name}/${name}`, value)
    if (config.detectsDuplicates) setting('enhanced_dad', '1')
    setting('accept_dad', config.detectsDuplicates ? '1' : '0')
  }

  async connect({ ips }: Assignment, undo: Rollback): Promise<void> {
    const { config, host } = this.#site
    const { bridge, port, shared } = this.#parts
    const request = { bridge, port, ips, undo, shared }
    const vlanGateway =
      config.isGateway && ips.length > 0 ? await serveAsGateway(this.#site, request) : undefined
    if (config.masquerades && ips.length > 0) await this.#masquerade(ips, undo)
    const readyPort = await this.#awaitPort()
    if (readyPort.controller !== bridge.index) throw lostBridge(bridge)
    const readyBridge = this.#hasChanged() ? host.link(bridge.index) : bridge
    this.#hostLinks = [readyBridge, readyPort, ...(vlanGateway === undefined ? [] : [vlanGateway])]
  }

  /** Unless it was told otherwise a bridge takes hardware address and mtu of its ports. */
  #hasChanged(): boolean {
    return !keepsMac(this.#site) || hasNoMac(this.#parts.bridge) || this.#site.config.mtu !== 0
  }

  async #masquerade(ips: readonly ResultIp[], undo: Rollback): Promise<void> {
    const { call, config } = this.#site
    const { addMasquerade } = await import('#nft/masquerade.ts')
    const addresses = ips.map(({ address }) => address)
    const { masqueradeBackend: backend } = config
    const request = { addresses, backend, undo }
    await addMasquerade(filterSite(this.#site), filterOwner(call), request)
  }

  /** The port when frames get through it, which is some time after the other end has come up. */
  async #awaitPort(): Promise<Link> {
    const { call, host } = this.#site
    const { port } = this.#parts
    if (this.staysDown) return host.link(port.index)
    const waiting = { role: 'bridge port', space: host, link: port, clock: call.host.clock }
    return await awaitLinkUp(waiting)
  }

  describeLinks(own: ResultInterface): readonly ResultInterface[] {
    const described = this.#hostLinks.map((link) => describeLink(link))
    return [...described.slice(0, 2), own, ...described.slice(2)]
  }
}

function lostBridge({ name }: Link): CniError {
  const msg = `connect to bridge ${name}: it was removed meanwhile`
  return new CniError(cniErrorCodes.tryAgainLater, msg)
}
