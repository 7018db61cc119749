/** The sanity check that a plugin is not asked to work on the namespace it runs in. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Kernel, Namespace } from '#kernel/kernel.ts'
import type { CallEnvironment } from './environment.ts'

/**
 * A path that cannot be opened passes: whether it has to be a namespace is for the plugin to judge.
 *
 * @throws CniError 8 (invalid namespace)
 */
export function refuseOwnNamespace(kernel: Kernel, environment: CallEnvironment): void {
  if (environment.allowsOwnNamespace || environment.netns === '') return
  using sandbox = findNamespace(kernel, environment.netns)
  if (sandbox === undefined) return
  using own = openOwnNamespace(kernel)
  if (!own.isSameAs(sandbox)) return
  throw new CniError(
    cniErrorCodes.invalidNamespace,
    "plugin's netns and netns from CNI_NETNS should not be the same",
    `CNI_NETNS is ${environment.netns}; CNI_NETNS_OVERRIDE=1 allows it`,
  )
}

/** They speak of the path; anything else, such as too many open files, speaks of this process. */
const faultsOfPath = ['EACCES', 'EINVAL', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'ENXIO', 'EPERM']

/** What is at a path; nothing also when it is out of reach, or no namespace. @throws SystemError */
export function findNamespace(kernel: Kernel, path: string): Namespace | undefined {
  try {
    return kernel.findNamespace(path)
  } catch (error) {
    if (isSystemError(error, ...faultsOfPath)) return undefined
    throw error
  }
}

function openOwnNamespace(kernel: Kernel): Namespace {
  try {
    return kernel.currentNamespace()
  } catch (cause) {
    const msg = "get plugin's netns failed"
    throw new CniError(cniErrorCodes.invalidNamespace, msg, messageOf(cause), { cause })
  }
}
