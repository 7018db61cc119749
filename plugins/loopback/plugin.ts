/** The loopback plugin: brings up the link `lo` that every sandbox is born with. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { Rollback } from '#base/rollback.ts'
import type { Call } from '#cni/call.ts'
import type { Plugin } from '#cni/plugin.ts'
import { findPreviousResult } from '#cni/previous-result.ts'
import { noDns, type Result } from '#cni/result.ts'
import { describeLink } from '#cni/result-link.ts'
import { findSandbox, openSandbox } from '#cni/sandbox.ts'
import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'

/** The link it is about, whatever `CNI_IFNAME` says. */
const loopbackName = 'lo'

/** It makes nothing that could be left behind, and can always add, so GC and STATUS just succeed. */
export const loopback: Plugin = {
  type: 'loopback',
  add,
  del,
  check,
  gc: async () => {},
  status: async () => {},
}

async function add(call: Call): Promise<Result> {
  const previous = findPreviousResult(call)
  using sandbox = openSandbox(call)
  await using undo = new Rollback()
  const link = sandbox.link(loopbackName)
  // Before anything is changed: taking a link down costs it its IPv6 addresses.
  refuseOtherAddresses(listAddresses(sandbox, link))
  if (!link.isUp) {
    setState(sandbox, true)
    undo.did(`bring up ${loopbackName}`, () => setState(sandbox, false))
  }
  const addresses = listAddresses(sandbox, link)
  undo.commit()
  return previous ?? composeResult(call, link, addresses)
}

async function del(call: Call): Promise<void> {
  using sandbox = findSandbox(call)
  if (sandbox !== undefined) setState(sandbox, false)
}

async function check(call: Call): Promise<void> {
  using sandbox = openSandbox(call)
  if (sandbox.link(loopbackName).isUp) return
  throw new CniError(cniErrorCodes.internal, 'loopback interface is down')
}

/** `ip link set lo up`, or `down`. The kernel adds 127.0.0.1/8 and ::1/128 as it comes up. */
function setState(sandbox: Namespace, isUp: boolean): void {
  sandbox.changeLink(loopbackName, { isUp })
}

function listAddresses(sandbox: Namespace, { index }: Link): readonly IpPrefix[] {
  return sandbox.listAddresses({ link: index }).map(({ prefix }) => prefix)
}

/** @throws CniError in the reference's words */
function refuseOtherAddresses(prefixes: readonly IpPrefix[]): void {
  const other = prefixes.find(({ address }) => !isLoopback(address))
  if (other === undefined) return
  const quoted = JSON.stringify(`${other.address}`)
  const msg = `loopback interface found with non-loopback address ${quoted}`
  throw new CniError(cniErrorCodes.internal, msg, `${loopbackName} has ${prefixes.join(', ')}`)
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), `::1` (RFC 4291 §2.5.3). */
function isLoopback({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n
}

/** A result has room for the first address of each family. */
function composeResult(call: Call, link: Link, addresses: readonly IpPrefix[]): Result {
  const firsts = [4, 6].flatMap(
    (family) => addresses.find(({ address }) => address.family === family) ?? [],
  )
  return {
    interfaces: [describeLink(link, call.netns)],
    ips: firsts.map((address) => ({ address, interface: 0 })),
    routes: [],
    dns: noDns,
  }
}
