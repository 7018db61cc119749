/** Why there is no lease, for whoever asked for it. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { describeKey, type LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'

/** The client's own words, which do not say what link it has. */
export function failedError({ key, netns }: LeaseOrder, error: CniError): CniError {
  const { code, msg, details } = error
  return new CniError(code, `${key.ifName} in ${netns}: ${msg}`, details, { cause: error })
}

/** A DEL came before the lease, or the daemon ends. */
export function cancelledError({ key }: LeaseOrder): CniError {
  const msg = `acquire DHCP lease for ${describeKey(key)}: it is not wanted any more`
  return new CniError(cniErrorCodes.tryAgainLater, msg)
}
