/** A way from a host of the lab to the servers on the loopback of the tests. */

import { runSync } from './command.ts'
import type { LabNamespace } from './namespace.ts'
import { ownLoopback } from './own-address.ts'

let made = 0

/**
 * Lets a host reach the addresses that `ownAddress` gives, which are then none of its own loopback; the
 * way ends with the host.
 */
export function reachOwnLoopback(host: LabNamespace): void {
  made += 1
  const link = `own-${process.pid}-${made}`
  const [, high, middle, low] = ownLoopback.split('.').map(Number)
  // Of RFC 6598, as no pod has them here, and of this process, as the loopback's address is.
  const third = ((high ?? 0) ^ (middle ?? 0)) & 63
  const network = `100.${64 + third}.${low}`
  const [near, far] = [`${network}.${2 * made}`, `${network}.${2 * made + 1}`]
  host.ip('link', 'add', 'own0', 'type', 'veth', 'peer', 'name', link, 'netns', `${process.pid}`)
  runSync(['ip', 'address', 'add', near, 'peer', far, 'dev', link])
  runSync(['ip', 'link', 'set', link, 'up'])
  runSync(routeLoopback(link))
  host.ip('address', 'add', far, 'peer', near, 'dev', 'own0')
  host.ip('link', 'set', 'own0', 'up')
  host.ip('address', 'flush', 'dev', 'lo', 'scope', 'host')
  host.run(...routeLoopback('own0'))
  host.ip('route', 'add', ownLoopback, 'via', near, 'src', far)
}

/** The command that lets addresses of the loopback pass a link (ip-sysctl of Linux). */
function routeLoopback(link: string): readonly string[] {
  return ['sh', '-c', `echo 1 >/proc/sys/net/ipv4/conf/${link}/route_localnet`]
}
