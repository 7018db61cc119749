/** The `CNI_*` variables, checked. */

import { utf8Bytes } from '#base/bytes.ts'
import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Environment } from '#host/host.ts'

/** What a runtime says beside the configuration. A variable that is not set is the empty string. */
export interface CallEnvironment {
  /** `CNI_COMMAND`; it may be one that nobody knows. */
  readonly command: string
  readonly containerId: string
  readonly netns: string
  readonly ifName: string
  readonly args: string
  /** The folders of `CNI_PATH`; empty ones, which would mean the working directory, are left out. */
  readonly searchPath: readonly string[]
  /** `CNI_NETNS_OVERRIDE`: the sandbox may be the plugin's own namespace. */
  readonly allowsOwnNamespace: boolean
}

/** A variable, the commands that need it, and what it must look like there. */
interface Variable {
  readonly name: string
  readonly requiredBy: readonly string[]
  readonly verify?: (value: string) => void
}

/** In the order in which the reference looks at them; each command names what it needs there. */
const variables: readonly Variable[] = [
  {
    name: 'CNI_CONTAINERID',
    requiredBy: ['ADD', 'CHECK', 'DEL'],
    verify: verifyContainerId,
  },
  { name: 'CNI_NETNS', requiredBy: ['ADD', 'CHECK'] },
  { name: 'CNI_IFNAME', requiredBy: ['ADD', 'CHECK', 'DEL'], verify: verifyIfName },
  { name: 'CNI_PATH', requiredBy: ['ADD', 'CHECK', 'DEL', 'GC', 'STATUS'] },
]

/**
 * Reads the variables and checks those that the command requires; an unknown command requires none.
 *
 * @throws CniError 4 (invalid environment) naming every missing variable, or the first bad value
 */
export function readCallEnvironment(environment: Environment): CallEnvironment {
  const read = (name: string): string => environment.get(name) ?? ''
  const command = read('CNI_COMMAND')
  const missing = command === '' ? ['CNI_COMMAND'] : []
  for (const { name, requiredBy, verify } of variables) {
    if (!requiredBy.includes(command)) continue
    const value = read(name)
    if (value === '') missing.push(name)
    else verify?.(value)
  }
  if (missing.length > 0) {
    throw invalidEnvironment(`required env variables [${missing.join(',')}] missing`)
  }
  return {
    command,
    containerId: read('CNI_CONTAINERID'),
    netns: read('CNI_NETNS'),
    ifName: read('CNI_IFNAME'),
    args: read('CNI_ARGS'),
    searchPath: read('CNI_PATH')
      .split(':')
      .filter((folder) => folder !== ''),
    allowsOwnNamespace: ['1', 'true'].includes(read('CNI_NETNS_OVERRIDE').toLowerCase()),
  }
}

/** Whether a text is a container ID, or a network name: they follow one rule. */
export function isIdentifier(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)
}

function verifyContainerId(id: string): void {
  if (!isIdentifier(id)) throw invalidEnvironment('invalid characters in containerID', id)
}

/** The rule of `isInterfaceName`, with the reference's word for each way to break it. */
function verifyIfName(name: string): void {
  if (utf8Bytes(name).length > 15) {
    const details = 'interface name should be less than 16 characters'
    throw invalidEnvironment('interface name is too long', details)
  }
  if (name === '.' || name === '..') throw invalidEnvironment('interface name is . or ..')
  if (/[/:]|\p{White_Space}/u.test(name)) {
    throw invalidEnvironment('interface name contains / or : or whitespace characters')
  }
}

function invalidEnvironment(msg: string, details?: string): CniError {
  return new CniError(cniErrorCodes.invalidEnvironment, msg, details)
}
