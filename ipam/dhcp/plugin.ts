/** dhcp: addresses of a DHCP server, by way of a daemon that keeps them. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from '#cni/call.ts'
import { ipamPlugin } from '#cni/ipam-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import type { Result } from '#cni/result.ts'
import { decodeResult } from '#cni/result-versions.ts'
import { includesAttachment, requireValidAttachments } from '#cni/valid-attachments.ts'
import { currentVersion } from '#cni/version.ts'
import { askDaemon, NoDaemonError } from './ask-daemon.ts'
import { readLeaseConfig, readSocketPath } from './config.ts'
import type { DaemonRequest } from './protocol.ts'
import { describeKey, type LeaseKey } from './record/lease-order.ts'
import type { LeaseRecord } from './record/lease-record.ts'

export const dhcp: Plugin = ipamPlugin({
  type: 'dhcp',
  readConfig: readSocketPath,
  allocate,
  release,
  check,
  collect,
  status,
})

async function allocate(call: Call, socketPath: string): Promise<Result> {
  const order = { key: keyOf(call), netns: call.netns, ...readLeaseConfig(call) }
  return readResult(await askDaemon(call.host, socketPath, { verb: 'allocate', order }))
}

async function release(call: Call, socketPath: string): Promise<void> {
  const key = keyOf(call)
  await releaseAll(call, socketPath, {
    request: { verb: 'release', key },
    covers: ({ order }) => describeKey(order.key) === describeKey(key),
  })
}

/** Passes when the daemon holds the address that the ADD gave. */
async function check(call: Call, socketPath: string): Promise<void> {
  readLeaseConfig(call)
  const held = readResult(
    await askDaemon(call.host, socketPath, { verb: 'find', key: keyOf(call) }),
  )
  // Loaded on demand: few runtimes ever check.
  const { previousResult } = await import('#cni/previous-result.ts')
  const given = previousResult(call).ips
  for (const { address } of held.ips) {
    if (given.some((ip) => ip.address.equals(address))) continue
    const msg = `dhcp: the lease of ${call.ifName} is for ${address} now`
    const details = `the ADD gave ${given.map((ip) => ip.address).join(', ') || 'no address'}`
    throw new CniError(cniErrorCodes.internal, msg, details)
  }
}

async function collect(call: Call, socketPath: string): Promise<void> {
  const valid = requireValidAttachments(call.network)
  const network = call.network.name
  await releaseAll(call, socketPath, {
    request: { verb: 'collect', network, valid },
    covers: ({ order: { key } }) => key.network === network && !includesAttachment(valid, key),
  })
}

async function status(call: Call, socketPath: string): Promise<void> {
  readLeaseConfig(call)
  try {
    await askDaemon(call.host, socketPath, { verb: 'status' })
  } catch (cause) {
    if (!(cause instanceof NoDaemonError)) throw cause
    throw new CniError(cniErrorCodes.unavailable, cause.msg, cause.details, { cause })
  }
}

interface Releasing {
  readonly request: DaemonRequest
  readonly covers: (record: LeaseRecord) => boolean
}

/** Without a daemon, the next one does it: a container that goes is not kept waiting. */
async function releaseAll({ host }: Call, socketPath: string, releasing: Releasing): Promise<void> {
  try {
    await askDaemon(host, socketPath, releasing.request)
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error
    const { LeaseFolder } = await import('./record/lease-folder.ts')
    const { leaveReleases } = await import('./leave-to-daemon.ts')
    if (await leaveReleases(new LeaseFolder(host, socketPath), releasing.covers)) return
    await askDaemon(host, socketPath, releasing.request)
  }
}

function keyOf({ containerId, ifName, network }: Call): LeaseKey {
  return { containerId, ifName, network: network.name }
}

function readResult(raw: unknown): Result {
  return decodeResult(raw, { version: currentVersion, path: ['the daemon'] })
}
