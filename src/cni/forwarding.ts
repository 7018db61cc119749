/** Whether the host carries packets on from one link to another. */

import type { IpFamily } from '#ip/address.ts'
import type { Namespace } from '#kernel/kernel.ts'

const settings = { 4: 'net/ipv4/ip_forward', 6: 'net/ipv6/conf/all/forwarding' } as const

/**
 * `sysctl -w net.ipv4.ip_forward=1`. It is for the host to switch it off again: nobody else knows
 * who needs it. One that is on already is not written, since `/proc/sys` may be read-only.
 */
export function enableForwarding(host: Namespace, family: IpFamily): void {
  const setting = settings[family]
  if (host.readSysctl(setting) !== '1') host.writeSysctl(setting, '1')
}
