/** A list of plugins, called one after another as a runtime does. */

import type { PluginCommand, ResultObject } from './cni-call.ts'
import { succeed } from './command.ts'
import { type Config, uniqueNetwork } from './config-builders.ts'
import type { Pod } from './pod.ts'

/** One plugin of a list. */
export interface ListedPlugin {
  /** The executable, or a type of ours. */
  readonly plugin: string
  /** Its part of the list. */
  readonly config: Config
  /** Whether CHECK calls it; yes when absent. */
  readonly isChecked?: boolean
}

/** SPEC "Network configuration format" and "Lifecycle & Ordering": what runtimes make of a list. */
export class PluginList {
  readonly name: string = uniqueNetwork()
  readonly #cniVersion: string
  readonly #plugins: readonly ListedPlugin[]
  #result: ResultObject | undefined

  constructor(cniVersion: string, plugins: readonly ListedPlugin[]) {
    this.#cniVersion = cniVersion
    this.#plugins = plugins
  }

  /** Adds the pod; each plugin gets the result of the one before it. @throws when one fails */
  async add(pod: Pod): Promise<ResultObject | undefined> {
    this.#result = undefined
    for (const listed of this.#plugins) this.#result = await this.#call(pod, 'ADD', listed)
    return this.#result
  }

  /** Checks the pod; each plugin gets the last result. @throws when one fails */
  async check(pod: Pod): Promise<void> {
    for (const listed of this.#plugins) {
      if (listed.isChecked !== false) await this.#call(pod, 'CHECK', listed)
    }
  }

  /** Deletes the pod, in reverse; each plugin gets the last result. @throws when one fails */
  async del(pod: Pod): Promise<void> {
    for (const listed of [...this.#plugins].reverse()) await this.#call(pod, 'DEL', listed)
  }

  async #call(
    pod: Pod,
    command: PluginCommand,
    { plugin, config }: ListedPlugin,
  ): Promise<ResultObject | undefined> {
    const previous = this.#result === undefined ? {} : { prevResult: this.#result }
    const whole = { cniVersion: this.#cniVersion, name: this.name, ...config, ...previous }
    const outcome = await pod.call(command, whole, { plugin })
    succeed(outcome)
    return outcome.result
  }
}
