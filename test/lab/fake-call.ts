/** A call of a plugin on a host and a kernel in memory, with an IPAM plugin of the test's making. */

import type { Call } from '#cni/call.ts'
import { readNetworkConfig } from '#cni/network-config.ts'
import { isSupportedVersion } from '#cni/version.ts'
import { FakeHost } from './fake-host.ts'
import { FakeKernel } from './fake-kernel.ts'
import type { FakeNamespace } from './fake-namespace.ts'
import type { FakeProgram } from './fake-processes.ts'

export const sandboxPath = '/run/netns/pod'
export const ipamType = 'test-ipam'

const binFolder = '/opt/cni/bin'

/** A host with a link `eth0`, a sandbox, and an IPAM plugin that remembers who holds an address. */
export class FakeWorld {
  readonly kernel: FakeKernel = new FakeKernel()
  readonly host: FakeHost = new FakeHost({ environment: { CNI_PATH: binFolder } })
  readonly sandbox: FakeNamespace = this.kernel.addNamespace(sandboxPath)
  /** The commands the IPAM plugin was called with. */
  readonly ipamCommands: string[] = []
  /** How many attachments hold addresses. */
  leases = 0

  constructor() {
    this.kernel.host.addLink({ name: 'eth0', isUp: true })
  }

  /** Installs an IPAM plugin with these answers by command; a string is the message of a failure. */
  installIpam(answers: Readonly<Record<string, object | string>>, type: string = ipamType): void {
    const program: FakeProgram = ({ environment }) => {
      const command = environment.CNI_COMMAND ?? ''
      this.ipamCommands.push(command)
      const answer = answers[command]
      if (typeof answer === 'string') {
        return { exitStatus: 1, output: JSON.stringify({ code: 100, msg: answer }) }
      }
      if (command === 'ADD') this.leases++
      if (command === 'DEL') this.leases = 0
      return { output: answer === undefined ? '' : JSON.stringify(answer) }
    }
    this.host.install(`${binFolder}/${type}`, program)
  }

  /** A call with this configuration. */
  call(config: object, changes: Partial<Call> = {}): Call {
    const rawConfig = { cniVersion: '1.1.0', name: 'net', type: 'macvlan', ...config }
    const { cniVersion } = rawConfig
    if (!isSupportedVersion(cniVersion)) throw new Error(`a test calls with CNI ${cniVersion}`)
    return {
      command: 'ADD',
      containerId: 'c1',
      netns: sandboxPath,
      ifName: 'net1',
      args: '',
      searchPath: [binFolder],
      network: readNetworkConfig(rawConfig, { command: 'ADD', cniVersion }),
      rawConfig,
      configText: JSON.stringify(rawConfig),
      host: this.host,
      kernel: this.kernel,
      findOwnPlugin: async () => undefined,
      ...changes,
    }
  }
}
