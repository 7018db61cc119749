/**
 * A tap with a label of SELinux. The kernel gives a tap the label of the process that creates it
 * (selinux_tun_dev_alloc_security), and a process hardly ever may take another one but by executing a
 * program, so this needs one: `ip`.
 */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Rollback } from '#base/rollback.ts'
import type { Site } from '#cni/interface-plugin.ts'
import { vethName } from '#cni/veth.ts'
import { findProgram } from '#host/find-program.ts'
import type { Host } from '#host/host.ts'
import { failedCommand, requireProgram, runCommand } from '#host/run-program.ts'
import type { Link, LinkChange } from '#kernel/link.ts'
import type { TapConfig } from './config.ts'

export interface LabelledTap {
  readonly label: string
  /** What else it is given. */
  readonly properties: LinkChange
  readonly undo: Rollback
}

/**
 * Creates a tap on the host, as who has its label need not be allowed to enter another namespace, and
 * moves it into the sandbox.
 *
 * @throws ConfigError when no program can be run with the label
 */
export async function createLabelledTap(
  { call, config, sandbox, host }: Site<TapConfig>,
  { label, properties, undo }: LabelledTap,
): Promise<Link> {
  const { ifName } = call
  const temporary = vethName(call.host.random)
  // A program that was killed may have created it, and a move that was refused gone half the way.
  undo.did(`create link ${temporary}`, () => {
    for (const space of [host, sandbox]) space.removeLink(temporary)
  })
  await runLabelled(call.host, label, ['tuntap', 'add', 'dev', temporary, ...modeOf(config)])
  host.moveLink(temporary, sandbox, ifName)
  undo.did(`move link ${temporary}`, () => sandbox.removeLink(ifName))
  sandbox.changeLink(ifName, properties)
  return sandbox.link(ifName)
}

function modeOf({ isMultiQueue, owner, group }: TapConfig): string[] {
  return [
    ...['mode', 'tap'],
    ...(isMultiQueue ? ['multi_queue'] : []),
    ...(owner === undefined ? [] : ['user', `${owner}`]),
    ...(group === undefined ? [] : ['group', `${group}`]),
  ]
}

/** For STATUS. @throws CniError 50 when a program is missing, ConfigError when the label is of no use */
export async function verifyLabel(host: Host, label: string): Promise<void> {
  for (const name of ['sh', 'ip']) {
    if ((await findProgram(host, name)) !== undefined) continue
    const msg = `selinuxContext: the program ${name} is needed, and it is not in PATH`
    throw new CniError(cniErrorCodes.unavailable, msg)
  }
  await runLabelled(host, label, ['-Version'])
}

/** Only a process itself can say what label it will have, so a shell does before it becomes the program. */
const labelScript = 'printf %s "$1" >/proc/self/attr/exec || exit 125; shift; exec "$@"'
const labelRefused = 125
const deadlineMs = 60_000

/** `runcon LABEL ip ...` */
async function runLabelled(
  host: Host,
  label: string,
  parameters: readonly string[],
): Promise<void> {
  const shell = await requireProgram(host, 'sh')
  const ip = { path: await requireProgram(host, 'ip'), arguments: parameters }
  const whole = ['-c', labelScript, 'sh', label, ip.path, ...parameters]
  const outcome = await runCommand(host, { path: shell, arguments: whole }, deadlineMs)
  if (outcome.exitStatus === 0) return
  if (outcome.exitStatus !== labelRefused) throw failedCommand(ip, outcome)
  const expected = 'a label that SELinux, which must be enabled, lets programs run with'
  throw new ConfigError(['selinuxContext'], expected, describeFound(label))
}
