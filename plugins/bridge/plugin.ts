/** The bridge plugin: a veth between the sandbox and a bridge of the host, which may be its gateway. */

import { interfacePlugin } from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import { createAttachment } from './attachment.ts'
import { type BridgeConfig, readBridgeConfig } from './config.ts'
import { collectRemains, isOfBridge, releaseRemains } from './remains.ts'
import { verifyAttachment, verifyReadiness } from './verify.ts'

export const bridge: Plugin = interfacePlugin<BridgeConfig>({
  type: 'bridge',
  kind: 'veth',
  kernelAnnounces: [4, 6],
  // The port forwards nothing until the bridge has seen its carrier.
  isHeardAtOnce: false,
  readConfig: readBridgeConfig,
  createInterface: createAttachment,
  keepsIpamDns: (config) => !config.suppliesDns,
  verifyLink: verifyAttachment,
  verifyReadiness,
  isOwnLink: isOfBridge,
  release: releaseRemains,
  collect: collectRemains,
})
