/** The ptp plugin: a veth between the sandbox and the host, which is the sandbox's gateway. */

import { interfacePlugin } from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import { createAttachment } from './attachment.ts'
import { type PtpConfig, readPtpConfig } from './config.ts'
import { collectRemains, leadsToHost, releaseRemains } from './remains.ts'
import { verifyAttachment, verifyReadiness } from './verify.ts'

export const ptp: Plugin = interfacePlugin<PtpConfig>({
  type: 'ptp',
  kind: 'veth',
  // The only neighbour is an end that was made with the link, and knows nobody yet.
  kernelAnnounces: [],
  isHeardAtOnce: true,
  readConfig: readPtpConfig,
  createInterface: createAttachment,
  keepsIpamDns: (config) => !config.suppliesDns,
  verifyLink: verifyAttachment,
  verifyReadiness,
  isOwnLink: leadsToHost,
  release: releaseRemains,
  collect: collectRemains,
})
