/** The network namespace a call is about, opened by the path in `CNI_NETNS`. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Call } from './call.ts'

/** @throws CniError 8 when nothing is at the path, or no network namespace */
export function openSandbox(call: Call): Namespace {
  return orInvalidNamespace(call, () => call.kernel.openNamespace(call.netns))
}

/**
 * The sandbox, or nothing when the runtime named none or it is gone: SPEC 1.1.0 "DEL" has both as
 * ordinary cases.
 *
 * @throws CniError 8 when what is at the path is no network namespace
 */
export function findSandbox(call: Call): Namespace | undefined {
  return orInvalidNamespace(call, () => call.kernel.findNamespace(call.netns))
}

/** What opening such a path is refused with; other failures are not the path's. */
const codesOfOtherThings = ['ENOENT', 'ENOTDIR', 'ENXIO', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']

function orInvalidNamespace<T>(call: Call, open: () => T): T {
  try {
    return open()
  } catch (cause) {
    if (!isSystemError(cause, ...codesOfOtherThings)) throw cause
    const msg = `CNI_NETNS: expected the path of a network namespace, found ${call.netns}`
    throw new CniError(cniErrorCodes.invalidNamespace, msg, cause.message, { cause })
  }
}
