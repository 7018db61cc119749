/** A network whose attachments get their addresses from an IPAM plugin, on a host in memory. */

import type { Call, Command } from '#cni/call.ts'
import { readNetworkConfig } from '#cni/network-config.ts'
import type { Plugin } from '#cni/plugin.ts'
import type { Result } from '#cni/result.ts'
import { isSupportedVersion } from '#cni/version.ts'
import type { Host } from '#host/host.ts'
import { FakeHost } from './fake-host.ts'
import { FakeKernel } from './fake-kernel.ts'

/** What a test changes of a call. */
export interface CallChanges {
  readonly containerId?: string
  readonly ifName?: string
  readonly args?: string
  /** More keys of the configuration; they win over those it has anyway. */
  readonly keys?: object
  readonly host?: Host
}

export class FakeNetwork {
  readonly plugin: Plugin
  readonly host: FakeHost
  /** The value of `ipam` in the calls to come. */
  ipam: unknown

  constructor(plugin: Plugin, ipam: unknown, host?: FakeHost) {
    this.plugin = plugin
    this.ipam = ipam
    this.host = host ?? new FakeHost({ program: plugin.type })
  }

  call(command: Command, changes: CallChanges = {}): Call {
    const { containerId = 'c1', ifName = 'net1', args = '', keys, host = this.host } = changes
    const ipam = this.ipam === undefined ? {} : { ipam: this.ipam }
    const rawConfig = { cniVersion: '1.1.0', name: 'pods', type: 'macvlan', ...ipam, ...keys }
    const { cniVersion } = rawConfig
    if (!isSupportedVersion(cniVersion)) throw new Error(`a test calls with CNI ${cniVersion}`)
    return {
      command,
      containerId,
      netns: '/run/netns/pod',
      ifName,
      args,
      searchPath: [],
      network: readNetworkConfig(rawConfig, { command, cniVersion }),
      rawConfig,
      configText: JSON.stringify(rawConfig),
      host,
      kernel: new FakeKernel(),
      findOwnPlugin: async () => undefined,
    }
  }

  async result(changes: CallChanges = {}): Promise<Result> {
    return this.plugin.add(this.call('ADD', changes))
  }

  /** The addresses of an ADD, as text. */
  async add(changes: CallChanges = {}): Promise<readonly string[]> {
    return (await this.result(changes)).ips.map(({ address }) => `${address}`)
  }

  async del(changes: CallChanges = {}): Promise<void> {
    await this.plugin.del(this.call('DEL', changes))
  }

  async check(changes: CallChanges = {}): Promise<void> {
    await this.plugin.check(this.call('CHECK', changes))
  }

  async gc(keys: object, changes: CallChanges = {}): Promise<void> {
    await this.plugin.gc(this.call('GC', { ...changes, keys }))
  }

  async status(changes: CallChanges = {}): Promise<void> {
    await this.plugin.status(this.call('STATUS', changes))
  }
}
