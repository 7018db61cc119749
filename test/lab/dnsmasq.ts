/** dnsmasq, which tells each message and every option, and refuses whatever it does not know. */

import { join } from 'node:path'
import {
  type DhcpServerKind,
  type DhcpServerSettings,
  ipv6,
  maskOf,
  type ServerLease,
} from './dhcp-server.ts'

export const dnsmasq: DhcpServerKind = {
  name: 'dnsmasq',
  describe: (settings, { folder, leases }, link) =>
    [
      ...['keep-in-foreground', 'port=0', 'no-resolv', 'no-hosts', 'conf-file='],
      ...['log-dhcp', 'log-facility=-', 'user=root', 'group=root', 'bind-interfaces'],
      ...['except-interface=lo', `interface=${link}`],
      ...['dhcp-authoritative', 'no-ping', 'dhcp-lease-max=100000'],
      `dhcp-leasefile=${leases}`,
      `pid-file=${join(folder, 'pid')}`,
      `dhcp-range=${settings.pool.join()},${maskOf(settings)},${settings.leaseSeconds}`,
      ...Object.entries(settings.reservations ?? {}).map((pair) => `dhcp-host=${pair.join()}`),
      ...optionsOf(settings),
      ...(settings.hasIpv6 ? ['enable-ra', `dhcp-range=${ipv6.pool.join()},64,120`] : []),
      '',
    ].join('\n'),
  command: ({ config }) => ['dnsmasq', '-C', config],
  ready: /DHCP, IP range/,
  message: (type, address) => new RegExp(`${type}\\(\\w+\\) ${address}${address && '( |$)'}`),
  readLeases: (text) => text.split('\n').flatMap(readLease),
}

/** Those without a value keep dnsmasq from telling of itself. */
function optionsOf(settings: DhcpServerSettings): readonly string[] {
  const { renewalSeconds, rebindingSeconds, mtu } = settings
  const told = {
    router: settings.router ?? '',
    'dns-server': (settings.nameServers ?? []).join(),
    'domain-name': settings.domain,
    'domain-search': settings.search?.join(),
    mtu,
    33: settings.staticRoutes?.flat().join(),
    121: settings.classlessRoutes?.flat().join(),
  }
  const forced = { T1: renewalSeconds, T2: rebindingSeconds }
  return [...optionLines('dhcp-option', told), ...optionLines('dhcp-option-force', forced)]
}

function optionLines(key: string, options: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return []
    const option = /^\d+$/.test(name) ? name : `option:${name}`
    return [value === '' ? `${key}=${option}` : `${key}=${option},${value}`]
  })
}

// Each line: when it ends, hardware address, address, host name, client identifier; `*` for none. Those of
// DHCPv6 follow a line with the server's own identifier.
function readLease(line: string): readonly ServerLease[] {
  const [, mac, address = '', hostName, clientId] = line.split(' ')
  if (!address.includes('.') || mac === undefined) return []
  return [{ address, mac, hostName: orNothing(hostName), clientId: orNothing(clientId) }]
}

function orNothing(field = '*'): string {
  return field === '*' ? '' : field.replaceAll(':', '')
}
