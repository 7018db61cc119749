/** The file with what all networks of a node have in common. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { Files } from '#host/host.ts'
import { readConfig } from '#schema/schema.ts'
import { type IpamKeys, ipamKeys } from './ipam-keys.ts'

const fileName = 'whereabouts.conf'

/** Where the file is looked for, in this order; the first that exists counts. */
const usualPlaces = [
  '/etc/kubernetes/cni/net.d/whereabouts.d',
  '/etc/cni/net.d/whereabouts.d',
  '/host/etc/cni/net.d/whereabouts.d',
].map((folder) => `${folder}/${fileName}`)

/**
 * The keys of a network, completed by those of the file where there is one. A network names it with
 * `configuration_path`, or its folder.
 *
 * @throws CniError, ConfigError, SystemError
 */
export async function completeKeys(own: IpamKeys, files: Files): Promise<IpamKeys> {
  const path = await findFlatFile(own.configuration_path, files)
  if (path === undefined) return own
  return merge(own, readFlatFile(path, await files.readText(path)))
}

async function findFlatFile(named: string | undefined, files: Files): Promise<string | undefined> {
  if (named !== undefined) {
    const status = await files.findStatus(named)
    if (status?.kind === 'file') return named
    if (status?.kind === 'directory') return `${named}/${fileName}`
  }
  for (const path of usualPlaces) {
    if ((await files.findStatus(path)) !== undefined) return path
  }
  return undefined
}

/** @param content what the file says @throws CniError */
export function readFlatFile(path: string, content: string): IpamKeys {
  try {
    return readConfig(ipamKeys, JSON.parse(content))
  } catch (cause) {
    const msg = `read ${path}: ${messageOf(cause)}`
    const hint = 'the file holds the keys of ipam, as an object in JSON'
    throw new CniError(cniErrorCodes.invalidConfig, msg, hint, { cause })
  }
}

/**
 * The file counts where the network says nothing. It does not decide about overlapping ranges: a
 * network that says nothing of them has them looked after, as with the original.
 */
function merge(own: IpamKeys, shared: IpamKeys): IpamKeys {
  const { enable_overlapping_ranges: _, ...others } = shared
  const given = Object.entries(own).filter(([, value]) => !isEmpty(value))
  return {
    ...others,
    ...Object.fromEntries(given),
    ...(own.kubernetes && { kubernetes: { ...others.kubernetes, ...own.kubernetes } }),
    ...(own.dns && { dns: mergeDns(own.dns, others.dns) }),
  }
}

function mergeDns(own: NonNullable<IpamKeys['dns']>, shared: IpamKeys['dns']) {
  const given = Object.entries(own).filter(([, value]) => !isEmpty(value))
  return { ...own, ...shared, ...Object.fromEntries(given) }
}

/** What Go calls a zero value. `false` is one too, but only of the key that the file is not asked for. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || isEmptyList(value)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
