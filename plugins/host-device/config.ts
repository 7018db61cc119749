/** The configuration keys of the host-device plugin. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import { type Announcements, announceKey } from '#cni/announcements.ts'
import type { Call } from '#cni/call.ts'
import { optionalText } from '#cni/result-parts.ts'
import type { Mac } from '#ip/mac.ts'
import { anything, flag, linkName, mac, nonEmptyText } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'

/** What tells the device. Of several the first one does, in this order. */
export interface Selection {
  /** Its name, or an alternative one. */
  readonly device?: string
  readonly mac?: Mac
  /** A folder of sysfs below `/sys/devices`. */
  readonly kernelPath?: string
  /** Where it is on its PCI bus. */
  readonly pciBusId?: string
  /** What a runtime says, of a PCI or an auxiliary device; a PCI device takes the place of the above. */
  readonly deviceId?: string
}

export interface HostDeviceConfig {
  readonly selection: Selection
  /** The folder of the records of devices that containers have. */
  readonly dataDir: string
  readonly announcements: Announcements
}

const defaultDataDir = '/var/lib/cni/host-device'

interface Keys {
  readonly device?: string
  readonly hwaddr?: Mac
  readonly kernelpath?: string
  readonly pciBusID?: string
  readonly dataDir: string
  readonly announce: Announcements
  readonly capabilities: { readonly deviceID: boolean }
  readonly runtimeConfig?: { readonly deviceID?: string }
}

/** The schema of every key. */
export const hostDeviceKeys: Schema<Keys> = fields({
  device: optional({ ...linkName(), emptyIsAbsent: true }),
  hwaddr: optional(mac()),
  kernelpath: optionalText(),
  pciBusID: optionalText(),
  dataDir: withDefault({ ...nonEmptyText(), emptyIsAbsent: true }, defaultDataDir),
  announce: announceKey,
  capabilities: withDefault(fields({ deviceID: withDefault(flag(), false) }), { deviceID: false }),
  runtimeConfig: optional(fields({ deviceID: optionalText() })),
})

/** @throws ConfigError */
export function readHostDeviceConfig({ command, rawConfig }: Call): HostDeviceConfig {
  const keys = readConfig(hostDeviceKeys, rawConfig)
  if (!keys.dataDir.startsWith('/')) throw wrong('dataDir', 'an absolute path', keys.dataDir)
  const selection = readSelection(keys)
  // Runtimes fill in capabilities for other commands only (SPEC 1.1.0 "STATUS").
  const isPromised = command === 'STATUS' && keys.capabilities.deviceID
  if (Object.keys(selection).length === 0 && !isPromised) {
    const expected = 'a device, by device, hwaddr, kernelpath, pciBusID or runtimeConfig.deviceID'
    throw new ConfigError(['device'], expected, 'nothing')
  }
  return { selection, dataDir: keys.dataDir, announcements: keys.announce }
}

/** What DEL and GC need; nothing that an ADD would have refused is refused here. */
export function readRemains({ rawConfig }: Call): { dataDir: string; device?: string } {
  const { dataDir, device } = readConfig(remainsKeys, rawConfig)
  return {
    dataDir: typeof dataDir === 'string' && dataDir.startsWith('/') ? dataDir : defaultDataDir,
    ...(typeof device === 'string' && device !== '' ? { device } : {}),
  }
}

const remainsKeys = fields({ dataDir: optional(anything()), device: optional(anything()) })

function readSelection({ device, hwaddr, kernelpath, pciBusID, runtimeConfig }: Keys): Selection {
  const deviceId = runtimeConfig?.deviceID
  return {
    ...(device === undefined ? {} : { device }),
    ...(hwaddr === undefined ? {} : { mac: hwaddr }),
    ...(kernelpath === undefined ? {} : { kernelPath: requireKernelPath(kernelpath) }),
    ...(pciBusID === undefined ? {} : { pciBusId: requireId(pciBusID, 'pciBusID') }),
    ...(deviceId === undefined
      ? {}
      : { deviceId: requireId(deviceId, 'runtimeConfig', 'deviceID') }),
  }
}

/** Whoever writes configurations must not learn or take anything by way of a crafted path. */
function requireKernelPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  const [sys, devices, folder] = parts
  const isBelow = sys === 'sys' && devices === 'devices' && folder !== undefined
  if (path.startsWith('/') && isBelow && parts.every(isFileName)) return `/${parts.join('/')}`
  throw wrong('kernelpath', 'a folder below /sys/devices, without . and ..', path)
}

function requireId(id: string, ...path: readonly string[]): string {
  if (isFileName(id)) return id
  throw new ConfigError(path, 'the id of a device, such as 0000:3b:02.1', describeFound(id))
}

function isFileName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !/[/\0]/.test(text)
}

function wrong(key: string, expected: string, found: string): ConfigError {
  return new ConfigError([key], expected, describeFound(found))
}
