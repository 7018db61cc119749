/** CHECK of a plugin that makes an interface. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from './call.ts'
import { delegateCheck } from './delegate.ts'
import { difference } from './difference.ts'
import type { InterfaceConfig, InterfaceDescriptor } from './interface-plugin.ts'
import { previousResult } from './previous-result.ts'
import { openSandbox } from './sandbox.ts'
import { promisedInterface, verifyInterface } from './verify-interface.ts'

/**
 * Has the IPAM plugin check its part, then compares the interface with the configuration and with
 * what its ADD promised.
 *
 * @throws CniError telling every difference
 */
export async function checkInterface<C extends InterfaceConfig>(
  descriptor: InterfaceDescriptor<C>,
  call: Call,
): Promise<void> {
  const config = descriptor.readConfig(call)
  using sandbox = openSandbox(call)
  using host = call.kernel.currentNamespace()
  const { ipamType } = call.network
  if (ipamType !== undefined) await delegateCheck(call, ipamType)
  const promised = promisedInterface(call, previousResult(call))
  if ((await descriptor.hasLink?.(call, config)) === false) return
  const link = sandbox.findLink(call.ifName)
  const { kind } = descriptor
  const differences =
    link === undefined || (kind !== undefined && link.kind !== kind)
      ? difference('link', kind ?? call.ifName, link && (link.kind ?? 'hardware'))
      : [
          ...(await descriptor.verifyLink({ call, config, sandbox, host }, link)),
          ...verifyInterface(sandbox, link, promised),
        ]
  if (differences.length === 0) return
  const msg = `check ${call.ifName}: it is not what its ADD made`
  throw new CniError(cniErrorCodes.internal, msg, differences.join('; '))
}
