/** CHECK of a plugin that makes an interface. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from './call.ts'
import { delegateCheck } from './delegate.ts'
import { difference } from './difference.ts'
import type { InterfaceDescriptor } from './interface-plugin.ts'
import { previousResult } from './previous-result.ts'
import { openSandbox } from './sandbox.ts'
import { promisedInterface, verifyInterface } from './verify-interface.ts'

/**
 * Has the IPAM plugin check its part, then compares the interface with the configuration and with
 * what its ADD promised.
 *
 * @throws CniError telling every difference
 */
export async function checkInterface<C>(
  descriptor: InterfaceDescriptor<C>,
  call: Call,
): Promise<void> {
  const config = descriptor.readConfig(call)
  using sandbox = openSandbox(call)
  const { ipamType } = call.network
  if (ipamType !== undefined) await delegateCheck(call, ipamType)
  const promised = promisedInterface(call, previousResult(call))
  const link = sandbox.findLink(call.ifName)
  const differences =
    link?.kind === descriptor.kind
      ? [
          ...descriptor.verifyLink({ call, config, sandbox }, link),
          ...verifyInterface(sandbox, link, promised),
        ]
      : difference('link', descriptor.kind, link && (link.kind ?? 'hardware'))
  if (differences.length === 0) return
  const msg = `check ${call.ifName}: it is not what its ADD made`
  throw new CniError(cniErrorCodes.internal, msg, differences.join('; '))
}
