/** DEL and GC: devices come back to the host. */

import { collectFailures } from '#base/collect-failures.ts'
import type { Call } from '#cni/call.ts'
import type { HostSite } from '#cni/interface-plugin.ts'
import type { Attachment } from '#cni/network-config.ts'
import { findNamespace } from '#cni/own-namespace.ts'
import { findSandbox } from '#cni/sandbox.ts'
import type { Clock } from '#host/host.ts'
import type { Kernel, Namespace } from '#kernel/kernel.ts'
import { readRemains } from './config.ts'
import { DeviceRecords } from './device-records.ts'
import { type Giving, giveBack, giveBackOrForget } from './give-back.ts'
import { type DeviceRecord, isMarked } from './record.ts'
import { findUnrecorded } from './unrecorded.ts'

/** DEL: gives back the device of this attachment, and none that another has by now. */
export async function releaseDevice({ call, host }: HostSite): Promise<void> {
  const records = new DeviceRecords(call.host.files, readRemains(call).dataDir)
  using _lock = await records.findLock()
  const { name } = call.network
  const record = (await records.list()).find((one) => one.network === name && isOf(one, call))
  using sandbox = findSandbox(call) ?? findRecordedSandbox(call.kernel, record)
  const giving: Giving = { host, records, ...(sandbox === undefined ? {} : { sandbox }) }
  if (record === undefined) await releaseUnrecorded(call, giving)
  else if (!(await giveBack(giving, record))) await settle(giving, record, call.host.clock)
}

/** GC: gives back the devices of the network's attachments that are not valid any more. */
export async function collectDevices(
  { call, host }: HostSite,
  valid: readonly Attachment[],
): Promise<void> {
  const { name } = call.network
  const records = new DeviceRecords(call.host.files, readRemains(call).dataDir)
  using _lock = await records.findLock()
  const isStale = (record: DeviceRecord) =>
    record.network === name && !valid.some((one) => isOf(record, one))
  const collect = async (record: DeviceRecord) => {
    using sandbox = findRecordedSandbox(call.kernel, record)
    const places = sandbox === undefined ? { host } : { host, sandbox }
    await giveBackOrForget({ ...places, records }, record)
  }
  const stale = (await records.list()).filter(isStale)
  await collectFailures(stale.map((record) => () => collect(record)))
}

/** Whether a container still has the device of a record. */
export function isHeld(kernel: Kernel, record: DeviceRecord): boolean {
  using sandbox = findRecordedSandbox(kernel, record)
  return sandbox?.listLinks().some((link) => isMarked(link, record)) === true
}

function isOf(record: DeviceRecord, { containerId, ifName }: Attachment): boolean {
  return record.containerId === containerId && record.ifName === ifName
}

function findRecordedSandbox(
  kernel: Kernel,
  record: DeviceRecord | undefined,
): Namespace | undefined {
  return record && findNamespace(kernel, record.netns)
}

/** How long the kernel may take for the end of a namespace, which it sees to in the background. */
const returnDeadlineMs = 1000
const returnPollMs = 20

/**
 * What becomes of a record whose device is nowhere. Hardware that may still come back, or that
 * somebody has moved elsewhere, is for the next ADD or GC to find. Other links go with their namespace.
 */
async function settle(giving: Giving, record: DeviceRecord, clock: Clock): Promise<void> {
  const { host, sandbox, records } = giving
  const { device, kind, state } = record
  const home = host.findLink(device)
  const isHome = home !== undefined && home.kind === kind && home.mac === state.mac
  if (isHome || kind !== undefined) return await records.remove(device)
  const end = clock.monotonicMs() + returnDeadlineMs
  while (sandbox === undefined && clock.monotonicMs() < end) {
    await clock.sleep(returnPollMs)
    if (await giveBack(giving, record)) return
  }
}

/** Gives back what the reference plugin took, or what has lost its record. */
async function releaseUnrecorded(call: Call, giving: Giving): Promise<void> {
  const { records } = giving
  const taken = findUnrecorded(call, giving)
  if (taken === undefined) return
  const { record, damage } = await records.find(taken.device)
  // Another attachment has a device of this name.
  if (record !== undefined) return
  await giveBack(giving, taken)
  if (damage !== undefined) throw damage
}
