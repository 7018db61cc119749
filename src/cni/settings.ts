/** Settings of the kernel that a link can do without. */

import { isSystemError } from '#base/system-error.ts'
import type { Namespace } from '#kernel/kernel.ts'

/**
 * `sysctl -w SETTING=VALUE`; returns whether it could be written.
 *
 * @throws SystemError when that has another cause than that it is read-only or not there
 */
export function changeSetting(space: Namespace, setting: string, value: string): boolean {
  try {
    space.writeSysctl(setting, value)
    return true
  } catch (error) {
    // ENOENT: a root without /proc, or a kernel without the family.
    if (isSystemError(error, 'EROFS', 'EACCES', 'EPERM', 'ENOENT')) return false
    throw error
  }
}

/** Router advertisements are for the host's own links, not for those to containers. */
export function ignoreRouterAdvertisements(host: Namespace, link: string): void {
  changeSetting(host, `net/ipv6/conf/${link}/accept_ra`, '0')
}
