/** Which device a configuration means, as far as that can be told without looking at links. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import type { Selection } from './config.ts'
import { type Bus, deviceFolder, type Sysfs } from './sysfs.ts'

/** The device that a configuration chooses, and what is known of it. */
export interface Choice {
  /** The key that tells the device. */
  readonly key: ConfigPath
  /** What the value is: a name of a link, a hardware address, or a folder of sysfs. */
  readonly by: 'name' | 'mac' | 'folder'
  readonly value: string
  /** Where it is on its PCI bus, if a key says so. */
  readonly pciId?: string
  /** Whether a program drives it, so that the kernel has no link for it (DPDK). */
  readonly isOfProgram: boolean
}

/** Drivers that hand a PCI device to a program. */
const programDrivers = ['vfio-pci', 'uio_pci_generic', 'igb_uio']

/** @throws ConfigError when a runtime names a device that is not there */
export async function chooseDevice(sysfs: Sysfs, selection: Selection): Promise<Choice> {
  const bus = await findBus(sysfs, selection)
  const pciId =
    bus === undefined ? selection.pciBusId : bus === 'pci' ? selection.deviceId : undefined
  const driver =
    pciId === undefined ? undefined : await sysfs.findDriver(deviceFolder('pci', pciId))
  return {
    ...target(selection, bus),
    isOfProgram: driver !== undefined && programDrivers.includes(driver),
    ...(pciId === undefined ? {} : { pciId }),
  }
}

async function findBus(sysfs: Sysfs, { deviceId }: Selection): Promise<Bus | undefined> {
  if (deviceId === undefined) return undefined
  const bus = await sysfs.findBus(deviceId)
  if (bus !== undefined) return bus
  const found = `${describeFound(deviceId)}, which is neither`
  throw new ConfigError(deviceIdKey, 'the id of a PCI or an auxiliary device', found)
}

type Target = Pick<Choice, 'key' | 'by' | 'value'>

const deviceIdKey = ['runtimeConfig', 'deviceID']

function target(selection: Selection, bus: Bus | undefined): Target {
  const { device, mac, kernelPath, pciBusId, deviceId = '' } = selection
  if (device !== undefined) return { key: ['device'], by: 'name', value: device }
  if (mac !== undefined) return { key: ['hwaddr'], by: 'mac', value: mac }
  if (kernelPath !== undefined) return { key: ['kernelpath'], by: 'folder', value: kernelPath }
  if (bus !== undefined)
    return { key: deviceIdKey, by: 'folder', value: deviceFolder(bus, deviceId) }
  return { key: ['pciBusID'], by: 'folder', value: deviceFolder('pci', pciBusId ?? '') }
}
