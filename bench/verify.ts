/** Holding contenders to the same job: what is compared must do the same. */

import { deepStrictEqual } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contenders.ts'
import { succeed } from './runner.ts'
import { ifName, inside, type Site } from './site.ts'

/**
 * Makes a contender's first ADD and its DEL, and asks iproute2 and the files what came of them.
 *
 * @throws AssertionError when that is not a link with its address, or when something is left
 */
export function verify(site: Site, contender: Contender): void {
  const { interfaces, ips } = JSON.parse(site.answer(site.call(contender, 'ADD')))
  const link = witnessedLink(site.pod(contender, 0))
  deepStrictEqual({ ...link, ...files(site, contender) }, wanted(site, contender, link.mac))
  const sandbox = `/run/netns/${site.pod(contender, 0)}`
  const network = site.network(contender)
  deepStrictEqual(interfaces, [{ name: ifName, mac: link.mac, sandbox }])
  deepStrictEqual(ips, [{ address: `${network}.2/24`, gateway: `${network}.1`, interface: 0 }])

  site.answer(site.call(contender, 'DEL'))
  const links = JSON.parse(succeed(['ip', '-n', site.pod(contender, 0), '-json', 'link', 'show']))
  deepStrictEqual(links.length, 1, `${contender.name} leaves its link`)
  const isLeft = existsSync(join(site.folder(contender), `${network}.2`))
  deepStrictEqual(isLeft, false, `${contender.name} leaves its address`)
}

interface WitnessedLink {
  readonly mac: string
  readonly kind: string
  readonly mode: string
  readonly isUp: boolean
  readonly addresses: readonly string[]
  readonly announces: string
}

interface WitnessedAddress {
  readonly family: string
  readonly local: string
  readonly prefixlen: number
  readonly broadcast: string
}

function witnessedLink(pod: string): WitnessedLink {
  const [{ address, flags, linkinfo, addr_info }] = JSON.parse(
    succeed(['ip', '-n', pod, '-json', '-details', 'address', 'show', 'dev', ifName]),
  )
  return {
    mac: address,
    kind: linkinfo.info_kind,
    mode: linkinfo.info_data.mode,
    isUp: flags.includes('UP'),
    addresses: addr_info
      .filter(({ family }: WitnessedAddress) => family === 'inet')
      .map((one: WitnessedAddress) => `${one.local}/${one.prefixlen} brd ${one.broadcast}`),
    announces: succeed([...inside(pod), 'cat', `/proc/sys/net/ipv4/conf/${ifName}/arp_notify`]),
  }
}

function files(site: Site, contender: Contender): object {
  const read = (name: string) => readFileSync(join(site.folder(contender), name), 'utf8')
  return { owner: read(`${site.network(contender)}.2`), last: read('last_reserved_ip.0') }
}

function wanted(site: Site, contender: Contender, mac: string): object {
  const network = site.network(contender)
  return {
    mac,
    kind: 'macvlan',
    mode: 'bridge',
    isUp: true,
    addresses: [`${network}.2/24 brd ${network}.255`],
    announces: '1\n',
    owner: `container-0\r\n${ifName}`,
    last: `${network}.2`,
  }
}
