/** The programs of iptables, of which each call here is one run. */

import { SystemError } from '#base/system-error.ts'
import { findProgram } from '#host/find-program.ts'
import type { Host, ProcessOutcome } from '#host/host.ts'
import { type Command, failedCommand, requireProgram, runCommand } from '#host/run-program.ts'
import type { IpFamily } from '#ip/address.ts'

/** They wait for one another for ever; a runtime does not. */
const deadlineMs = 60_000

const programs = { 4: 'iptables', 6: 'ip6tables' } as const

/** Whether this machine can use iptables: the programs are there, and can tell whether a rule is. */
export async function hasIptables(host: Host): Promise<boolean> {
  const [list, restore] = await Promise.all([
    findProgram(host, programs[4]),
    findProgram(host, `${programs[4]}-restore`),
  ])
  if (list === undefined || restore === undefined) return false
  try {
    const outcome = await runCommand(host, { path: list, arguments: probe }, deadlineMs)
    // 1 is for a rule that is not there.
    return outcome.exitStatus === 0 || outcome.exitStatus === 1
  } catch (error) {
    if (error instanceof SystemError) return false
    throw error
  }
}

/** The lines of `iptables -t nat -S`; none when there is no iptables. @throws CniError, SystemError */
export async function listNat(host: Host, family: IpFamily): Promise<readonly string[]> {
  const path = await findProgram(host, programs[family])
  if (path === undefined) return []
  const { output } = await succeed(host, { path, arguments: ['--wait', '-t', 'nat', '-S'] })
  return output.split('\n')
}

/**
 * Carries out lines of `iptables-restore` on the table nat, all or none.
 *
 * @throws SystemError when there is no iptables, CniError with what it said when it refused
 */
export async function changeNat(
  host: Host,
  family: IpFamily,
  lines: readonly string[],
): Promise<void> {
  const path = await requireProgram(host, `${programs[family]}-restore`)
  const input = ['*nat', ...lines, 'COMMIT', ''].join('\n')
  await succeed(host, { path, arguments: ['--noflush', '--wait'], input })
}

const probe = ['--wait', '-t', 'filter', '-S', 'INPUT', '1']

async function succeed(host: Host, command: Command): Promise<ProcessOutcome> {
  const outcome = await runCommand(host, command, deadlineMs)
  if (outcome.exitStatus === 0) return outcome
  throw failedCommand(command, outcome)
}
