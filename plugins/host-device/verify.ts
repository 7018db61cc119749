/** CHECK and STATUS of the host-device plugin. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from '#cni/call.ts'
import type { Link } from '#kernel/link.ts'
import { isInterfaceName } from '#schema/interface-name.ts'
import { type Choice, chooseDevice } from './choice.ts'
import type { HostDeviceConfig, Selection } from './config.ts'
import { DeviceRecords } from './device-records.ts'
import { findDevice, findHolder, findObjection } from './find-device.ts'
import { isHeld } from './release.ts'
import { Sysfs } from './sysfs.ts'

/** Whether the kernel has a link for the device; it has none for one that a program drives. */
export async function hasLink(call: Call, { selection }: HostDeviceConfig): Promise<boolean> {
  const { isOfProgram } = await choose(call, selection)
  return !isOfProgram
}

/** Without the name in its alias nobody can give it back. */
export function verifyAlias({ alias = '' }: Link): string[] {
  if (isInterfaceName(alias)) return []
  return [`alias: expected the name that it has on the host, found ${alias || 'none'}`]
}

/**
 * A device that a container has is there as well: an ADD would fail, but nothing is wrong.
 *
 * @throws CniError 50 when it is nowhere
 */
export async function verifyReadiness(call: Call, config: HostDeviceConfig): Promise<void> {
  // What a runtime will choose only it knows.
  if (Object.keys(config.selection).length === 0) return
  const choice = await choose(call, config.selection)
  if (choice.isOfProgram) return
  using host = call.kernel.currentNamespace()
  const { files } = call.host
  const records = new DeviceRecords(files, config.dataDir)
  const search = { host, sysfs: new Sysfs(files), records }
  const device = await findDevice(search, choice)
  const holder = device === undefined ? await findHolder(search, choice) : undefined
  if (holder !== undefined && isHeld(call.kernel, holder)) return
  const objection = await findObjection(search, choice, device)
  if (objection !== undefined) throw new CniError(cniErrorCodes.unavailable, objection.message)
}

function choose(call: Call, selection: Selection): Promise<Choice> {
  return chooseDevice(new Sysfs(call.host.files), selection)
}
