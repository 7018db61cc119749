/** ADD: a link between a container and the host that nobody else is on. */

import type { Rollback } from '#base/rollback.ts'
import type { Assignment } from '#cni/add-interface.ts'
import { awaitLinkUp } from '#cni/await-link-up.ts'
import { enableForwarding } from '#cni/forwarding.ts'
import type { NewInterface, Site } from '#cni/interface-plugin.ts'
import { filterOwner, filterSite } from '#cni/packet-filter.ts'
import type { ResultInterface, ResultIp } from '#cni/result.ts'
import { describeLink } from '#cni/result-link.ts'
import { changeSetting, ignoreRouterAdvertisements } from '#cni/settings.ts'
import { createVeth } from '#cni/veth.ts'
import type { Link } from '#kernel/link.ts'
import { RTPROT_KERNEL } from '#kernel/route.ts'
import {
  type AddressPair,
  addressPairs,
  addressRoutes,
  gatewayPrefixes,
  gatewayRoutes,
  networkRoutes,
  requireGateways,
} from './address-pair.ts'
import type { PtpConfig } from './config.ts'

/** Creates both ends of the link. */
export function createAttachment(site: Site<PtpConfig>, undo: Rollback): NewInterface {
  const { call, config, sandbox, host } = site
  const peer = { name: call.ifName, namespace: sandbox }
  const hostEnd = createVeth({ host, random: call.host.random }, { peer, mtu: config.mtu })
  // Both ends go together, and addresses and routes with them.
  undo.did(`create link ${hostEnd.name}`, () => host.removeLink(hostEnd.index))
  ignoreRouterAdvertisements(host, hostEnd.name)
  return new PtpAttachment(site, { hostEnd, link: sandbox.link(call.ifName) })
}

interface Ends {
  readonly hostEnd: Link
  readonly link: Link
}

/** The container's end of the link. */
class PtpAttachment implements NewInterface {
  readonly link: Link
  readonly #site: Site<PtpConfig>
  readonly #hostEnd: Link

  constructor(site: Site<PtpConfig>, { hostEnd, link }: Ends) {
    this.link = link
    this.#site = site
    this.#hostEnd = hostEnd
  }

  completeAssignment(given: Assignment): Assignment {
    requireGateways(given.ips)
    return given
  }

  /** With nobody else on the link an address is unique, and of use at once. */
  prepareLink({ ips }: Assignment): void {
    if (!ips.some(({ address }) => address.address.family === 6)) return
    const { sandbox, host } = this.#site
    changeSetting(sandbox, `net/ipv6/conf/${this.link.name}/accept_dad`, '0')
    changeSetting(host, `net/ipv6/conf/${this.#hostEnd.name}/accept_dad`, '0')
  }

  /** Other routes lead through a gateway, which need not be in a network of the container's. */
  prepareRoutes({ ips }: Assignment): void {
    const { sandbox } = this.#site
    for (const route of gatewayRoutes(this.link, addressPairs(ips))) sandbox.addRoute(route)
  }

  async connect({ ips }: Assignment, undo: Rollback): Promise<void> {
    const { call, config, host } = this.#site
    const pairs = addressPairs(ips)
    this.#leadNetworksAway(pairs)
    this.#prepareHost(pairs)
    if (config.masquerades) await this.#masquerade(ips, undo)
    // Until then the host answers nothing.
    const role = "the host's end of the link"
    await awaitLinkUp({ role, space: host, link: this.#hostEnd, clock: call.host.clock })
  }

  /** The neighbours in a container's network are behind the host, not on the link. */
  #leadNetworksAway(pairs: readonly AddressPair[]): void {
    const { sandbox } = this.#site
    for (const route of networkRoutes(this.link, pairs)) {
      const { destination } = route
      sandbox.removeRoute({ destination, link: this.link.index, protocol: RTPROT_KERNEL })
      sandbox.addRoute(route)
    }
  }

  #prepareHost(pairs: readonly AddressPair[]): void {
    const { host } = this.#site
    const { index } = this.#hostEnd
    for (const prefix of gatewayPrefixes(pairs)) {
      const skipsDuplicateDetection = prefix.address.family === 6
      host.addAddress({ link: index, prefix, skipsDuplicateDetection })
    }
    for (const route of addressRoutes(this.#hostEnd, pairs)) host.addRoute(route)
    const families = new Set(pairs.map(({ gateway }) => gateway.family))
    for (const family of families) enableForwarding(host, family)
  }

  async #masquerade(ips: readonly ResultIp[], undo: Rollback): Promise<void> {
    const { call, config } = this.#site
    const { addMasquerade } = await import('#nft/masquerade.ts')
    const addresses = ips.map(({ address }) => address)
    const request = { addresses, backend: config.masqueradeBackend, undo }
    await addMasquerade(filterSite(this.#site), filterOwner(call), request)
  }

  describeLinks(own: ResultInterface): readonly ResultInterface[] {
    return [describeLink(this.#hostEnd), own]
  }
}
