/** Finding the device that a configuration chooses among the links of the host. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { isInterfaceName } from '#schema/interface-name.ts'
import type { Choice } from './choice.ts'
import type { DeviceRecords } from './device-records.ts'
import { type DeviceState, surveyState } from './device-state.ts'
import { type DeviceRecord, describeHolder, isMarked } from './record.ts'
import type { Sysfs } from './sysfs.ts'

/** Where to look. */
export interface Search {
  readonly host: Namespace
  readonly sysfs: Sysfs
  readonly records: DeviceRecords
}

/** A link of the host, and what it was before any container had it. */
export interface Device {
  readonly link: Link
  /** Its name then. */
  readonly name: string
  readonly state: DeviceState
}

/**
 * The device, also one that the kernel has returned from a namespace that went away, or that a process
 * that died was about to take or to give back.
 *
 * @throws CniError 11 when a container has it, ConfigError when it is not there or no device
 */
export async function requireDevice(search: Search, choice: Choice): Promise<Device> {
  const device = await findDevice(search, choice)
  const objection = await findObjection(search, choice, device)
  if (device === undefined || objection !== undefined) throw objection
  return device
}

/** Why what was found cannot be taken, if so. */
export async function findObjection(
  search: Pick<Search, 'records'>,
  choice: Choice,
  device: Device | undefined,
): Promise<CniError | ConfigError | undefined> {
  if (device === undefined) return await explainAbsence(search, choice)
  const { isLoopback, name } = device.link
  if (!isLoopback) return undefined
  return new ConfigError(choice.key, 'a network device', `${name}, the loopback`)
}

export async function findDevice(search: Search, choice: Choice): Promise<Device | undefined> {
  const { host, records } = search
  const link = await findChosen(search, choice)
  if (link === undefined) return findUnderOtherName(search, choice)
  const record = await findMark(records, link)
  if (record !== undefined) return { link, name: record.device, state: record.state }
  return { link, name: link.name, state: surveyState(host, link) }
}

/** The link that has what the configuration says. */
async function findChosen({ host, sysfs }: Search, choice: Choice): Promise<Link | undefined> {
  const { by, value } = choice
  if (by === 'name') return host.findLink(value)
  if (by === 'mac') return findByMac(host, value)
  const name = await sysfs.findLinkName(value)
  return name === undefined ? undefined : host.findLink(name)
}

/** A VLAN or a bridge has the hardware address of what it is built on, which comes first. */
function findByMac(host: Namespace, mac: string): Link | undefined {
  const found = host.listLinks().filter((link) => link.mac === mac)
  return found.find(({ kind }) => kind === undefined) ?? found[0]
}

/** The record of a link whose alias says that it is not quite back. */
async function findMark(records: DeviceRecords, link: Link): Promise<DeviceRecord | undefined> {
  const { alias } = link
  if (alias === undefined || !isInterfaceName(alias)) return undefined
  const { record } = await records.find(alias)
  return record !== undefined && isMarked(link, record) ? record : undefined
}

/** A device of this name that has come back under another one. */
async function findUnderOtherName(
  { host, records }: Search,
  { by, value }: Choice,
): Promise<Device | undefined> {
  if (by !== 'name' || !isInterfaceName(value)) return undefined
  const marked = host.listLinks().filter(({ alias }) => alias === value)
  const { record } = await records.find(value)
  const recorded = record && marked.find((link) => isMarked(link, record))
  if (record !== undefined && recorded !== undefined) {
    return { link: recorded, name: value, state: record.state }
  }
  const link = record === undefined ? marked.find(isReturnedHardware) : undefined
  if (link === undefined) return undefined
  const { alias: _, ...state } = surveyState(host, link)
  return { link, name: value, state }
}

/** Without a record an alias may be anybody's words, so what is in use is left alone. */
export function isReturnedHardware({ kind, isUp, controller }: Link): boolean {
  return kind === undefined && !isUp && controller === undefined
}

/** The record of the container that has what the configuration chooses, or had it last. */
export async function findHolder(
  { records }: Pick<Search, 'records'>,
  { value }: Choice,
): Promise<DeviceRecord | undefined> {
  return (await records.list()).find(({ chosenBy, device, state }) => {
    return [chosenBy, device, state.mac].includes(value)
  })
}

/** Why there is no such device: a container has it, or it does not exist. */
async function explainAbsence(
  search: Pick<Search, 'records'>,
  choice: Choice,
): Promise<CniError | ConfigError> {
  const { key, value } = choice
  const holder = await findHolder(search, choice)
  if (holder === undefined) {
    const found = `${describeFound(value)}, where no link of the host is`
    return new ConfigError(key, 'a network device of the host', found)
  }
  const msg = `take ${value}: ${describeHolder(holder)}`
  const path = search.records.pathOf(holder.device)
  const details = `says ${path}; the DEL of that container gives it back`
  return new CniError(cniErrorCodes.tryAgainLater, msg, details)
}
