/** Where plugins are called: a host with a network card, and for each contender pods and a network. */

import type { Attached } from './checks.ts'
import type { Contender } from './contenders.ts'
import { type PluginCall, runCalls, type Sample, succeed } from './runner.ts'
import { type Scene, type SceneName, scenes } from './scenes.ts'
import { inside } from './witnesses.ts'

export type PluginCommand = 'VERSION' | 'ADD' | 'DEL'

/** How many pods are attached at once. */
export const podCount = 16

export const ifName = 'net1'

/** Namespaces of its own under /run/netns, and networks of its own in /var/lib/cni. */
export class Site {
  readonly scene: Scene
  readonly #name: string
  readonly #contenders: readonly Contender[]
  readonly #pods: number

  /** `pods` says how many there are of each contender. */
  constructor(scene: SceneName, contenders: readonly Contender[], pods: number) {
    this.scene = scenes[scene]
    this.#name = `bench-${process.pid}-${scene}`
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
    const { cable: ends, device } = this.scene
    for (const { name } of device === undefined ? [] : contenders) {
      const end = ['type', 'veth', 'peer', 'name', `far-${name}`, 'netns', far]
      succeed(['ip', '-n', this.#name, 'link', 'add', `${device?.(name)}`, ...end])
    }
    if (ends === undefined) return
    succeed(['ip', '-n', this.#name, 'address', 'add', `${ends.near}/24`, 'dev', 'eth0'])
    succeed(['ip', '-n', far, 'address', 'add', `${ends.far}/24`, 'dev', 'far0'])
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
      ...this.scene.environment,
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

  /** Where a contender's first pod is attached. */
  place(contender: Contender): Omit<Attached, 'interfaces'> {
    return {
      contender: contender.name,
      host: this.#name,
      pod: this.pod(contender, 0),
      ifName,
      network: this.network(contender),
    }
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

  /** For macvlan of the shape that bench/floor reads. */
  #config(contender: Contender): object {
    return {
      cniVersion: '1.0.0',
      name: this.#network(contender),
      type: this.scene.type,
      ...this.scene.keys(contender.name),
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
