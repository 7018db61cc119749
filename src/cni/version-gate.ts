/** Whether the version of a configuration allows a command. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { Command } from './call.ts'
import {
  type CniVersion,
  compareVersions,
  currentVersion,
  isSupportedVersion,
  parseVersion,
  supportedVersions,
  type VersionNumbers,
} from './version.ts'

/** The first version in which a command exists; ADD and DEL always did. */
const firstVersions: Readonly<Partial<Record<Command, CniVersion>>> = {
  CHECK: '0.4.0',
  GC: '1.1.0',
  STATUS: '1.1.0',
}

/**
 * The version of a configuration, once it is known to allow `command`. The order of the checks is the
 * reference's, so that a version like `1.2.0` or `abc` gets the same answer from both.
 *
 * @throws CniError 1 (incompatible version), or 6 when it is to be compared and is no version
 */
export function requireVersion(command: Command, text: string): CniVersion {
  const first = firstVersions[command]
  if (first !== undefined) requireRange(command, { first, text })
  if (isSupportedVersion(text)) return text
  const known = supportedVersions.map((version) => JSON.stringify(version)).join(' ')
  const details = `config is ${JSON.stringify(text)}, plugin supports [${known}]`
  throw new CniError(cniErrorCodes.incompatibleVersion, 'incompatible CNI versions', details)
}

function requireRange(
  command: Command,
  { first, text }: { first: CniVersion; text: string },
): void {
  const version = decodeVersion(text)
  if (compareVersions(version, parseVersion(first)) < 0) {
    throw disallowed('config', command)
  }
  const newest = parseVersion(currentVersion)
  if (compareVersions(version, newest) > 0) {
    throw disallowed('plugin', command)
  }
}

function decodeVersion(text: string): VersionNumbers {
  try {
    return parseVersion(text)
  } catch (cause) {
    throw new CniError(cniErrorCodes.decoding, messageOf(cause), undefined, { cause })
  }
}

function disallowed(who: 'config' | 'plugin', command: Command): CniError {
  const msg = `${who} version does not allow ${command}`
  return new CniError(cniErrorCodes.incompatibleVersion, msg)
}
