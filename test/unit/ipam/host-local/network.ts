/** A network whose attachments get their addresses from host-local, on a host in memory. */

import type { Call, Command } from '#cni/call.ts'
import { readNetworkConfig } from '#cni/network-config.ts'
import type { Result } from '#cni/result.ts'
import { isSupportedVersion } from '#cni/version.ts'
import type { Host } from '#host/host.ts'
import { hostLocal } from '#ipam/host-local/plugin.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'

export const folder = '/var/lib/cni/networks/pods'

/** What a test changes of a call. */
export interface CallChanges {
  readonly containerId?: string
  readonly ifName?: string
  readonly args?: string
  /** More keys of the configuration; they win over those it has anyway. */
  readonly keys?: object
  readonly host?: Host
}

export class Network {
  readonly host: FakeHost = new FakeHost({ program: 'host-local' })
  /** The value of `ipam` in the calls to come. */
  ipam: unknown

  constructor(ipam: unknown) {
    this.ipam = ipam
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
    return hostLocal.add(this.call('ADD', changes))
  }

  /** The addresses of an ADD, as text. */
  async add(changes: CallChanges = {}): Promise<readonly string[]> {
    return (await this.result(changes)).ips.map(({ address }) => `${address}`)
  }

  async del(changes: CallChanges = {}): Promise<void> {
    await hostLocal.del(this.call('DEL', changes))
  }

  async check(changes: CallChanges = {}): Promise<void> {
    await hostLocal.check(this.call('CHECK', changes))
  }

  async gc(keys: object, changes: CallChanges = {}): Promise<void> {
    await hostLocal.gc(this.call('GC', { ...changes, keys }))
  }

  async status(changes: CallChanges = {}): Promise<void> {
    await hostLocal.status(this.call('STATUS', changes))
  }

  /** Puts files into the network's folder, as another program would. */
  put(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      this.host.files.put(`${folder}/${name}`, content, 0o600)
    }
  }

  /** Every file of the network's folder but the lock, by name. */
  files(): Readonly<Record<string, string>> {
    const files = Object.entries(this.host.files.snapshot())
      .map(([path, content]) => [path.replace(`${folder}/`, ''), content] as const)
      .filter(([name]) => name !== 'lock')
    return Object.fromEntries(files)
  }

  /** The reservations among the files. */
  taken(): readonly string[] {
    return Object.keys(this.files()).filter((name) => !name.startsWith('last_reserved_ip.'))
  }
}

/** The owner as a reservation's file says it. */
export function owner(containerId: string, ifName = 'net1'): string {
  return `${containerId}\r\n${ifName}`
}
