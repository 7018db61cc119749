/** Giving a device back to the host, wherever it is. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { collectFailures } from '#base/collect-failures.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import type { DeviceRecords } from './device-records.ts'
import { restoreSteps } from './device-state.ts'
import { type DeviceRecord, isMarked } from './record.ts'

/** Where a device may be, and where it is written down. */
export interface Giving {
  readonly host: Namespace
  /** Absent when it is gone. */
  readonly sandbox?: Namespace
  readonly records: DeviceRecords
}

/** What is known of a device; the reference plugin leaves nothing but an alias. */
export type TakenDevice = Pick<DeviceRecord, 'device' | 'kind' | 'ifName'> &
  Partial<Pick<DeviceRecord, 'state'>>

/**
 * Brings a device home under its name, makes it what it was, and forgets it; returns whether it was
 * found. One that cannot come home stays where it is, as it is.
 *
 * @throws CniError 11 when its name is taken; whatever its restoring fails with
 */
export async function giveBack(giving: Giving, taken: TakenDevice): Promise<boolean> {
  const { host, records } = giving
  const home = bringHome(giving, taken)
  if (home === undefined) return false
  await collectFailures([
    ...restoreSteps(host, home, taken.state),
    () => records.remove(taken.device),
  ])
  return true
}

/** The same for a device that is not waited for. */
export async function giveBackOrForget(giving: Giving, taken: TakenDevice): Promise<void> {
  if (!(await giveBack(giving, taken))) await giving.records.remove(taken.device)
}

function bringHome({ host, sandbox }: Giving, taken: TakenDevice): Link | undefined {
  const { device } = taken
  const away = sandbox && findInSandbox(sandbox, taken)
  if (sandbox !== undefined && away !== undefined) {
    requireFree(host, taken, `${away.name} in ${sandbox.path}`)
    sandbox.moveLink(away.index, host, device)
    return host.link(device)
  }
  const returned = findReturned(host, taken)
  if (returned !== undefined && returned.name !== device) {
    requireFree(host, taken, `${returned.name} on the host`)
    // Before Linux 6.2 only a link that is down can be renamed.
    if (returned.isUp) host.changeLink(returned.index, { isUp: false })
    host.changeLink(returned.index, { name: device })
  }
  return returned && host.link(returned.index)
}

/** Whoever is in the sandbox may have changed the name or the alias, but hardly both. */
function findInSandbox(sandbox: Namespace, taken: TakenDevice): Link | undefined {
  const { ifName, kind, state } = taken
  const links = sandbox.listLinks()
  const isNamed = (link: Link) => link.name === ifName && link.kind === kind
  return (
    links.find((link) => isMarked(link, taken)) ??
    links.find((link) => isNamed(link) && link.mac !== undefined && link.mac === state?.mac)
  )
}

/**
 * The device on the host, not yet quite back. From a namespace that goes away the kernel returns it
 * under the name it has there, or as `dev7` (default_device_exit_net).
 */
function findReturned(
  host: Namespace,
  taken: Pick<DeviceRecord, 'device' | 'kind'>,
): Link | undefined {
  return host.listLinks().find((link) => isMarked(link, taken))
}

function requireFree(host: Namespace, { device }: TakenDevice, place: string): void {
  if (host.findLink(device) === undefined) return
  const msg = `give ${device} back to the host: another link has the name`
  const details = `it stays ${place}; rename the other link, then DEL can be called again`
  throw new CniError(cniErrorCodes.tryAgainLater, msg, details)
}
