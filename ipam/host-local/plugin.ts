/** host-local: addresses from ranges of a network, kept in files on this host. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Call } from '#cni/call.ts'
import { ipamPlugin } from '#cni/ipam-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import { type Dns, noDns, type Result } from '#cni/result.ts'
import { requireValidAttachments } from '#cni/valid-attachments.ts'
import { IpPrefix } from '#ip/prefix.ts'
import { AddressFiles, describeOwner, formatOwner, isHeldBy } from './address-files.ts'
import type { Candidate } from './allocator.ts'
import { type AllocationConfig, readAllocationConfig, readStoreFolder } from './config.ts'
import { assignRequests } from './requested-addresses.ts'
import { reserveAddresses } from './reserve-addresses.ts'
import { parseResolvConf } from './resolv-conf.ts'

export const hostLocal: Plugin = ipamPlugin({
  type: 'host-local',
  readConfig: readStoreFolder,
  allocate,
  release,
  check,
  collect,
  status,
})

/** Modules that one command alone needs are loaded by it. */
const releasing = () => import('./release-addresses.ts')

async function allocate(call: Call, folder: string): Promise<Result> {
  const config = readAllocationConfig(call)
  const { rangeSets: sets, routes } = config
  const requests = assignRequests(sets, config.requests)
  const dns = await readDns(call, config)
  const order = { sets, requests, attachment: call }
  const reserved = await reserveAddresses(storeOf(call, folder), order)
  return { interfaces: [], ips: reserved.map(resultIp), routes, dns }
}

async function release(call: Call, folder: string): Promise<void> {
  const { releaseAttachment } = await releasing()
  await releaseAttachment(storeOf(call, folder), call)
}

/** Passes when the attachment holds an address; which one is between it and its interface. */
async function check(call: Call, folder: string): Promise<void> {
  readAllocationConfig(call)
  const store = storeOf(call, folder)
  for (const name of await store.listNames()) {
    const reservation = await store.findReservation(name)
    if (reservation !== undefined && isHeldBy(reservation.owner, call)) return
  }
  const msg = `find address of ${describeOwner(formatOwner(call))}: none in ${folder}`
  throw new CniError(cniErrorCodes.internal, msg)
}

async function collect(call: Call, folder: string): Promise<void> {
  const valid = requireValidAttachments(call.network)
  const { releaseAllBut } = await releasing()
  await releaseAllBut(storeOf(call, folder), valid)
}

async function status(call: Call, folder: string): Promise<void> {
  const config = readAllocationConfig(call)
  const { requireFreeAddresses } = await import('./pool-usage.ts')
  try {
    await readDns(call, config)
    await requireFreeAddresses(storeOf(call, folder), config.rangeSets)
  } catch (cause) {
    // Not 51: a store out of reach does not touch the connectivity of addresses already given.
    if (!isSystemError(cause)) throw cause
    throw new CniError(cniErrorCodes.unavailable, cause.message, undefined, { cause })
  }
}

async function readDns({ host }: Call, { resolvConf }: AllocationConfig): Promise<Dns> {
  return resolvConf === undefined ? noDns : parseResolvConf(await host.files.readText(resolvConf))
}

function storeOf({ host }: Call, folder: string): AddressFiles {
  return new AddressFiles(host.files, folder)
}

function resultIp({ address, range }: Candidate): Result['ips'][number] {
  return { address: new IpPrefix(address, range.subnet.length), gateway: range.gateway }
}
