/** Where plugins are called: a host with a network card, and for each contender pods and a network. */

import type { Contender } from './contenders.ts'
import { type PluginCall, runCalls, type Sample, succeed } from './runner.ts'

export type PluginCommand = 'VERSION' | 'ADD' | 'DEL'

/** How many pods are attached at once. */
export const podCount = 16

export const ifName = 'net1'

/** The command that runs a command in a namespace. */
export function inside(space: string): readonly string[] {
  return ['nsenter', `--net=/run/netns/${space}`]
}

/** Namespaces of its own under /run/netns, and networks of its own in /var/lib/cni. */
export class Site {
  readonly #name = `bench-${process.pid}`
  readonly #contenders: readonly Contender[]
  readonly #pods: number

  /** `pods` says how many there are of each contender. */
  constructor(contenders: readonly Contender[], pods: number) {
    this.#contenders = contenders
    this.#pods = pods
    const far = `${this.#name}-far`
    for (const space of this.#namespaces()) {
      succeed(['ip', 'netns', 'add', space])
      succeed(['ip', '-n', space, 'link', 'set', 'lo', 'up'])
    }
    const cable = ['type', 'veth', 'peer', 'name', 'far0', 'netns', far]
    succeed(['ip', '-n', this.#name, 'link', 'add', 'eth0', 'up', ...cable])
    succeed(['ip', '-n', far, 'link', 'set', 'far0', 'up'])
  }

  /** Takes the namespaces away. */
  [Symbol.dispose](): void {
    for (const space of this.#namespaces()) succeed(['ip', 'netns', 'delete', space])
  }

  /** The call of a contender for one of its pods. VERSION is for none. */
  call(contender: Contender, command: PluginCommand, pod = 0): PluginCall {
    const id = `${contender.name}-${command}-${pod}`
    const common = { id, command: contender.command }
    if (command === 'VERSION') {
      const environment = { CNI_COMMAND: command, CNI_PATH: contender.path }
      return { ...common, environment, input: '{"cniVersion":"1.0.0"}' }
    }
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: `container-${pod}`,
      CNI_NETNS: `/run/netns/${this.pod(contender, pod)}`,
      CNI_IFNAME: ifName,
      CNI_PATH: contender.path,
    }
    return { ...common, environment, input: JSON.stringify(this.#config(contender)) }
  }

  /** Runs groups of calls in order, on the host; those of a group at once. */
  run(groups: readonly (readonly PluginCall[])[]): readonly Sample[] {
    return runCalls(inside(this.#name), groups)
  }

  /** The output of one call, run through `command`. */
  answer(call: PluginCall, command: readonly string[] = []): string {
    return succeed([...inside(this.#name), ...command, ...call.command], call)
  }

  /** The folder of a contender's addresses. */
  folder(contender: Contender): string {
    return `/var/lib/cni/networks/${this.#network(contender)}`
  }

  /** The first three parts of a contender's addresses. */
  network(contender: Contender): string {
    return `10.77.${this.#contenders.indexOf(contender)}`
  }

  /** The name of the namespace of a contender's pod. */
  pod(contender: Contender, pod: number): string {
    return `${this.#name}-${contender.name}-${pod}`
  }

  /** Of the shape that bench/floor reads. */
  #config(contender: Contender): object {
    return {
      cniVersion: '1.0.0',
      name: this.#network(contender),
      type: 'macvlan',
      master: 'eth0',
      mode: 'bridge',
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: `${this.network(contender)}.0/24` }]],
      },
    }
  }

  #network(contender: Contender): string {
    return `${this.#name}-${contender.name}`
  }

  #namespaces(): readonly string[] {
    const pods = this.#contenders.flatMap((contender) =>
      Array.from({ length: this.#pods }, (_, pod) => this.pod(contender, pod)),
    )
    return [this.#name, `${this.#name}-far`, ...pods]
  }
}
