/** Devices of which nothing is written down: the reference plugin took them, or the record is lost. */

import type { Call } from '#cni/call.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { isInterfaceName } from '#schema/interface-name.ts'
import { readRemains } from './config.ts'
import { isReturnedHardware } from './find-device.ts'
import type { Giving, TakenDevice } from './give-back.ts'

/** The device of an attachment without a record, by the alias that either plugin gives it. */
export function findUnrecorded(call: Call, { host, sandbox }: Giving): TakenDevice | undefined {
  const { ifName } = call
  const { device } = readRemains(call)
  const link = sandbox?.findLink(ifName)
  if (sandbox === undefined || link === undefined) return findReturned(host, ifName, device)
  const { alias = '', kind } = link
  if (!isInterfaceName(alias) || !isChosen(sandbox, link, device)) return undefined
  return { device: alias, ifName, ...(kind === undefined ? {} : { kind }) }
}

/** The link may be anybody's; the name that the configuration has, if it has one, tells. */
function isChosen(sandbox: Namespace, link: Link, device: string | undefined): boolean {
  if (device === undefined || device === link.alias) return true
  // An alternative name moves with its link.
  return sandbox.findLink(device)?.index === link.index
}

function findReturned(
  host: Namespace,
  ifName: string,
  device: string | undefined,
): TakenDevice | undefined {
  if (device === undefined || !isInterfaceName(device)) return undefined
  const returned = host.listLinks().find((link) => {
    return link.alias === device && link.name !== device && isReturnedHardware(link)
  })
  return returned && { device, ifName }
}
