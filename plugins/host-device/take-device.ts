/** ADD: moves the device from the host into the sandbox. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Rollback } from '#base/rollback.ts'
import { SystemError } from '#base/system-error.ts'
import { explained } from '#cni/explain.ts'
import type { NewInterface, Site } from '#cni/interface-plugin.ts'
import { type Choice, chooseDevice } from './choice.ts'
import type { HostDeviceConfig } from './config.ts'
import { DeviceRecords } from './device-records.ts'
import { type Device, requireDevice } from './find-device.ts'
import { type DeviceRecord, describeHolder } from './record.ts'
import { Sysfs } from './sysfs.ts'

type DeviceSite = Site<HostDeviceConfig>

/**
 * What the device was is written down before it is touched. Then its name becomes its alias, which says
 * so from there on; who finds it anywhere with this alias knows what to make of it.
 */
export async function takeDevice(site: DeviceSite, undo: Rollback): Promise<NewInterface> {
  const { call, config, sandbox, host } = site
  const sysfs = new Sysfs(call.host.files)
  const choice = await chooseDevice(sysfs, config.selection)
  const known = choice.pciId === undefined ? {} : { pciId: choice.pciId }
  if (choice.isOfProgram) return known
  const records = new DeviceRecords(call.host.files, config.dataDir)
  using _lock = await records.lock()
  const device = await requireDevice({ host, sysfs, records }, choice)
  requireFreeName(site, device)
  await requireFreeRecord(site, device, records)
  const record = composeRecord(site, choice, device)
  undo.did(`take ${record.device}`, () => untake(site, record, records))
  await records.write(record)
  const { index, name } = device.link
  host.changeLink(index, { alias: record.device })
  explained(() => host.moveLink(index, sandbox, call.ifName), {
    EINVAL: `the kernel keeps ${name} where it is: a bridge, a bond, a VRF or the like cannot move`,
  })
  return { link: sandbox.link(call.ifName), ...known }
}

function composeRecord({ call }: DeviceSite, choice: Choice, device: Device): DeviceRecord {
  const { containerId, ifName, netns, network } = call
  const { kind } = device.link
  return {
    device: device.name,
    chosenBy: choice.value,
    network: network.name,
    containerId,
    ifName,
    netns,
    ...(kind === undefined ? {} : { kind }),
    state: device.state,
  }
}

/** The kernel would leave the device in the sandbox under its old name (do_setlink). */
function requireFreeName({ call, sandbox }: DeviceSite, { link }: Device): void {
  if (sandbox.findLink(call.ifName) === undefined) return
  throw new SystemError({
    operation: 'move link',
    object: `${link.name} to ${sandbox.path} as ${call.ifName}`,
    errno: 17,
    code: 'EEXIST',
    text: 'file exists',
    detail: 'the name is taken',
  })
}

/** A container may have another device that had this name, which still has to be given back. */
async function requireFreeRecord(
  { call: { kernel } }: DeviceSite,
  { name, link }: Device,
  records: DeviceRecords,
): Promise<void> {
  if (link.alias === name) return
  const { record } = await records.find(name)
  if (record === undefined) return
  const { isHeld } = await import('./release.ts')
  if (!isHeld(kernel, record)) return
  const msg = `take ${name}: of another device that had this name, ${describeHolder(record)}`
  throw new CniError(cniErrorCodes.tryAgainLater, msg, `says ${records.pathOf(name)}`)
}

async function untake(
  { host, sandbox }: DeviceSite,
  record: DeviceRecord,
  records: DeviceRecords,
): Promise<void> {
  const { giveBackOrForget } = await import('./give-back.ts')
  using _lock = await records.lock()
  // It may not have left the host, or not even have been marked.
  await giveBackOrForget({ host, sandbox, records }, record)
}
