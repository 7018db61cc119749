/** The host-device plugin: a link of the host becomes the sandbox's, and goes back when it is done. */

import { interfacePlugin } from '#cni/interface-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'
import { type HostDeviceConfig, readHostDeviceConfig } from './config.ts'
import { takeDevice } from './take-device.ts'

/** What few calls need is loaded by them. */
const verifying = () => import('./verify.ts')
const releasing = () => import('./release.ts')

export const hostDevice: Plugin = interfacePlugin<HostDeviceConfig>({
  type: 'host-device',
  kernelAnnounces: [4, 6],
  isHeardAtOnce: true,
  readConfig: readHostDeviceConfig,
  createInterface: takeDevice,
  hasLink: async (call, config) => (await verifying()).hasLink(call, config),
  verifyLink: async (_, link) => (await verifying()).verifyAlias(link),
  verifyReadiness: async (call, config) => (await verifying()).verifyReadiness(call, config),
  release: (site) => [async () => (await releasing()).releaseDevice(site)],
  collect: (site, valid) => [async () => (await releasing()).collectDevices(site, valid)],
})
