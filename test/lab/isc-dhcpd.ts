/** ISC dhcpd, which gives leases of a few seconds. */

import { fileURLToPath } from 'node:url'
import {
  type DhcpServerKind,
  type DhcpServerSettings,
  maskOf,
  type ServerLease,
} from './dhcp-server.ts'

/** Where script/bootstrap unpacks it. */
const program = fileURLToPath(new URL('../../.cache/isc-dhcp/usr/sbin/dhcpd', import.meta.url))

export const iscDhcpd: DhcpServerKind = {
  name: 'dhcpd',
  describe: (settings) =>
    [
      'authoritative;',
      'ping-check false;',
      'option classless-routes code 121 = array of unsigned integer 8;',
      `default-lease-time ${settings.leaseSeconds};`,
      `min-lease-time ${settings.leaseSeconds};`,
      `max-lease-time ${settings.leaseSeconds};`,
      `subnet ${networkOf(settings)} netmask ${maskOf(settings)} {`,
      `  range ${settings.pool.join(' ')};`,
      ...optionsOf(settings).map(([name, value]) => `  option ${name} ${value};`),
      '}',
      ...Object.entries(settings.reservations ?? {}).map(reservation),
      '',
    ].join('\n'),
  command: ({ config, leases }, link) => [
    ...[program, '-4', '-f', '-d', '--no-pid', '-cf', config, '-lf', leases, link],
  ],
  ready: /Server starting service/,
  message: (type, address) => new RegExp(`^${type} ((of|on|for) )?${address}${address && '( |$)'}`),
  readLeases,
}

function reservation([mac, address]: readonly [string, string], index: number): string {
  return `host h${index} { hardware ethernet ${mac}; fixed-address ${address}; }`
}

function optionsOf(settings: DhcpServerSettings): readonly (readonly [string, string])[] {
  const { search, staticRoutes, classlessRoutes } = settings
  const options = {
    'dhcp-renewal-time': settings.renewalSeconds,
    'dhcp-rebinding-time': settings.rebindingSeconds,
    routers: settings.router,
    'domain-name-servers': settings.nameServers?.join(', '),
    'domain-name': settings.domain && quoted(settings.domain),
    'domain-search': search?.map(quoted).join(', '),
    'interface-mtu': settings.mtu,
    'static-routes': staticRoutes?.map((pair) => pair.join(' ')).join(', '),
    'classless-routes': classlessRoutes?.flatMap(classlessBytes).join(', '),
  }
  return Object.entries(options).flatMap(([name, value]) => {
    return value === undefined ? [] : [[name, String(value)]]
  })
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function networkOf({ address, prefixLength }: DhcpServerSettings): string {
  return [...address.split('.').slice(0, prefixLength / 8), 0, 0].slice(0, 4).join('.')
}

/** RFC 3442: the length of the prefix, as many bytes of it as it has, the router. */
function classlessBytes([prefix, router]: readonly [string, string]): readonly number[] {
  const [network = '', length = ''] = prefix.split('/')
  const significant = network.split('.').slice(0, Math.ceil(Number(length) / 8))
  return [length, ...significant, ...router.split('.')].map(Number)
}

/** dhcpd.leases(5): the file is a journal, in which the last entry of an address counts. */
function readLeases(text: string): readonly ServerLease[] {
  const entries = [...text.matchAll(/^lease (\S+) \{\n(.*?)^\}/gms)]
  const last = new Map(entries.map(([, address = '', entry = '']) => [address, entry]))
  return [...last].flatMap(([address, entry]) => {
    const find = (pattern: RegExp) => pattern.exec(entry)?.[1] ?? ''
    if (find(/^ *binding state (\w+);/m) !== 'active') return []
    return [
      {
        address,
        mac: find(/hardware ethernet (\S+);/),
        clientId: hexOf(find(/uid "(.*)";/)),
        hostName: find(/client-hostname "(.*)";/),
      },
    ]
  })
}

/** A string of dhcpd's, in which what cannot be printed is an escape with three octal digits. */
function hexOf(text: string): string {
  const bytes = [...text.matchAll(/\\([0-7]{3})|\\?(.)/gs)].map(([, octal, plain = '']) =>
    octal === undefined ? plain.charCodeAt(0) : Number.parseInt(octal, 8),
  )
  return Buffer.from(bytes).toString('hex')
}
