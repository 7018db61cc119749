/** What an attachment must have come to, by scene, as iproute2, ping and nft see it. */

import { deepStrictEqual } from 'node:assert'
import type { ContenderName } from './contenders.ts'
import { succeed } from './runner.ts'
import { inside, ipJson, witnessedLink } from './witnesses.ts'

/** A contender's first pod: namespaces, the first three parts of addresses, the result's interfaces. */
export interface Attached {
  readonly contender: ContenderName
  readonly host: string
  readonly pod: string
  readonly ifName: string
  readonly network: string
  readonly interfaces: readonly unknown[]
}

/** The bridge of a contender. */
export function bridgeOf(contender: ContenderName): string {
  return `br-${contender}`
}

/** The device of a contender. */
export function deviceOf(contender: ContenderName): string {
  return `dev-${contender}`
}

/** The device has left the host, with its name as its alias. */
export function checkDevice({ contender, host, pod, ifName, interfaces }: Attached): void {
  const [{ ifalias }] = ipJson(pod, ['link', 'show', 'dev', ifName])
  const device = deviceOf(contender)
  deepStrictEqual(ifalias, device)
  deepStrictEqual([interfaces.length, hasLink(host, device)], [1, false])
}

/** The device is back on the host. */
export function checkDeviceReturned({ contender, host }: Attached): void {
  deepStrictEqual(hasLink(host, deviceOf(contender)), true, `${contender} keeps its device`)
}

function hasLink(space: string, name: string): boolean {
  const links: { ifname: string }[] = ipJson(space, ['link', 'show'])
  return links.some(({ ifname }) => ifname === name)
}

/** A macvlan of mode bridge, which is all the result tells of. */
export function checkMacvlan(attached: Attached): void {
  const { pod, ifName, interfaces } = attached
  checkAnnouncing(attached)
  const { kind, mode } = witnessedLink(pod, ifName)
  const found = { kind, mode, interfaces: interfaces.length }
  deepStrictEqual(found, { kind: 'macvlan', mode: 'bridge', interfaces: 1 })
}

/** A veth whose other end is the only port of a bridge, which has the gateway's address. */
export function checkBridge(attached: Attached): void {
  const { contender, host, network, interfaces } = attached
  const name = bridgeOf(contender)
  const { mac, kind, isUp, addresses } = witnessedLink(host, name)
  const forwards = succeed([...inside(host), 'cat', '/proc/sys/net/ipv4/ip_forward'])
  deepStrictEqual(
    { kind, isUp, addresses, forwards },
    {
      kind: 'bridge',
      isUp: true,
      addresses: [`${network}.1/24 brd ${network}.255`],
      forwards: '1\n',
    },
  )
  checkAnnouncing(attached)
  const end = witnessedLink(attached.pod, attached.ifName)
  deepStrictEqual(end.kind, 'veth')
  deepStrictEqual(interfaces.slice(0, -1), [{ name, mac }, ...ports(attached)])
}

/** The pod's packets come back from where nobody knows a way to the pod. */
export function checkMasquerade(attached: Attached, destination: string): void {
  checkBridge(attached)
  const { pod, network } = attached
  succeed(['ip', '-n', pod, 'route', 'add', 'default', 'via', `${network}.1`])
  succeed([...inside(pod), 'ping', '-q', '-c', '1', '-W', '5', destination])
  deepStrictEqual(isNamedInRules(attached), true, `${attached.contender} has no rule for its pod`)
}

/** A veth to the host, whose end has the gateway's address and the route to the pod. */
export function checkPtp({ host, pod, ifName, network, interfaces }: Attached): void {
  const [name = ''] = cablesOf(host)
  const { mac, isUp, addresses } = witnessedLink(host, name)
  const [route] = ipJson(host, ['route', 'show', `${network}.2`])
  const [gateway] = ipJson(pod, ['route', 'get', `${network}.99`])
  const forwards = succeed([...inside(host), 'cat', '/proc/sys/net/ipv4/ip_forward'])
  deepStrictEqual(
    { isUp, addresses, dev: route?.dev, gateway: gateway?.gateway, forwards },
    {
      isUp: true,
      addresses: [`${network}.1/32`],
      dev: name,
      gateway: `${network}.1`,
      forwards: '1\n',
    },
  )
  deepStrictEqual(witnessedLink(pod, ifName).kind, 'veth')
  deepStrictEqual(interfaces.slice(0, -1), [{ name, mac }])
}

/** No end of a veth is left on the host. */
export function checkPtpRemoved({ contender, host }: Attached): void {
  deepStrictEqual(cablesOf(host), [], `${contender} leaves an end of its link`)
}

/** The veths of a host but the card. */
function cablesOf(host: string): readonly string[] {
  const links: { ifname: string }[] = ipJson(host, ['link', 'show', 'type', 'veth'])
  return links.map(({ ifname }) => ifname).filter((name) => name !== 'eth0')
}

/** The kernel tells neighbours of the address. */
function checkAnnouncing({ pod, ifName }: Attached): void {
  const setting = `/proc/sys/net/ipv4/conf/${ifName}/arp_notify`
  deepStrictEqual(succeed([...inside(pod), 'cat', setting]), '1\n')
}

/** The bridge stays, without ports. */
export function checkPortRemoved(attached: Attached): void {
  deepStrictEqual(ports(attached), [], `${attached.contender} leaves its port`)
}

/** Nothing in the packet filter is about the pod any more. */
export function checkRulesRemoved(attached: Attached): void {
  checkPortRemoved(attached)
  deepStrictEqual(isNamedInRules(attached), false, `${attached.contender} leaves rules`)
}

function ports({ contender, host }: Attached): readonly object[] {
  const links: { ifname: string; address: string }[] = ipJson(host, [
    ...['link', 'show', 'master', bridgeOf(contender)],
  ])
  return links.map(({ ifname, address }) => ({ name: ifname, mac: address }))
}

/** nft shows what iptables has set up as well. */
function isNamedInRules({ host, network }: Attached): boolean {
  return succeed([...inside(host), 'nft', '-j', 'list', 'ruleset']).includes(`"${network}.2"`)
}
