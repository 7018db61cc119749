/** Where a lease belongs: which namespace and which link a path and a name meant. */

import { isSystemError, SystemError } from '#base/system-error.ts'
import type { LeasePlace, NamespaceId } from '#ipam/dhcp/record/lease-record.ts'
import type { Link } from '#kernel/link.ts'
import type { DaemonSite } from './daemon-site.ts'
import { findLowerLink } from './lower-link.ts'

/** The place of a link in the namespace at `path`. @throws SystemError */
export async function findPlace(site: DaemonSite, path: string, link: Link): Promise<LeasePlace> {
  const { mac } = link
  if (mac === undefined) throw noHardwareAddress(path, link)
  const sandbox = await namespaceAt(site, path)
  using host = site.openHostNamespace()
  const lower = findLowerLink(host, link)
  return { sandbox, mac, ...(lower && { lower: lower.index }) }
}

/** Whether the namespace at a path is the one that it was. */
export async function isSamePlace(
  site: DaemonSite,
  path: string,
  { sandbox }: LeasePlace,
): Promise<boolean> {
  try {
    const found = await namespaceAt(site, path)
    return found.device === sandbox.device && found.inode === sandbox.inode
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}

async function namespaceAt({ host }: DaemonSite, path: string): Promise<NamespaceId> {
  const status = await host.files.findStatus(path)
  if (status !== undefined) return { device: status.device, inode: status.inode }
  const facts = { operation: 'look up namespace', object: path, errno: 2, code: 'ENOENT' }
  throw new SystemError({ ...facts, text: 'no such file or directory' })
}

function noHardwareAddress(path: string, { name }: Link): SystemError {
  const facts = { operation: 'use DHCP on', object: `${name} in ${path}`, errno: 95 }
  const detail = 'the link has no Ethernet address'
  return new SystemError({ ...facts, code: 'EOPNOTSUPP', text: 'operation not supported', detail })
}
