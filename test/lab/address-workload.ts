/** Many processes on several nodes that take addresses of one range and give them back. */

import type { CallOutcome } from './cni-call.ts'

/** A pod of the workload. */
export interface WorkloadPod {
  readonly name: string
  readonly node: number
}

export interface WorkloadRequest {
  /** How many processes there are at a time. */
  readonly processes: number
  readonly nodes: number
  /** Calls the plugin for a pod, on its node. */
  call(command: 'ADD' | 'DEL', pod: WorkloadPod): Promise<CallOutcome>
}

/** Each worker has pods of its own; an address must be that of one pod only, whoever asks. */
export class AddressWorkload {
  readonly #request: WorkloadRequest
  /** The address of each pod that has one, as far as a runtime can know. */
  readonly #addresses = new Map<string, string>()
  readonly #pods = new Map<string, WorkloadPod>()
  readonly #owners = new Map<string, string>()
  #made = 0
  #calls = 0

  constructor(request: WorkloadRequest) {
    this.#request = request
  }

  /** The pods that have an address, and theirs: `pod7 10.0.0.9`. */
  get held(): readonly string[] {
    return [...this.#addresses].map(([pod, address]) => `${pod} ${address}`).sort()
  }

  /** How many calls there were. */
  get calls(): number {
    return this.#calls
  }

  /** Until so many pods have an address. */
  async fill(count: number): Promise<void> {
    await this.#work(async () => {
      if (this.#made >= count) return false
      await this.#add()
      return true
    })
  }

  /** Pods come and go as long as that is wanted; there are never more than there are now. */
  async churn(goesOn: () => boolean): Promise<void> {
    const most = this.#addresses.size
    await this.#work(async () => {
      if (!goesOn()) return false
      const isRoom = this.#pods.size < most
      const isDeleted = !isRoom || Math.random() < 0.5 ? await this.#delAny() : false
      if (!isDeleted && isRoom) await this.#add()
      return true
    })
  }

  /** Until no pod has an address. */
  async empty(): Promise<void> {
    await this.#work(() => this.#delAny())
  }

  /** Everybody comes to the end of a step, also when somebody has failed. */
  async #work(step: () => Promise<boolean>): Promise<void> {
    const failures: unknown[] = []
    const work = async () => {
      while (failures.length === 0 && (await step()));
    }
    const workers = Array.from({ length: this.#request.processes }, () =>
      work().catch((failure: unknown) => failures.push(failure)),
    )
    await Promise.all(workers)
    if (failures.length > 0) throw failures[0]
  }

  async #add(): Promise<void> {
    this.#made += 1
    const pod = { name: `pod${this.#made}`, node: this.#made % this.#request.nodes }
    this.#pods.set(pod.name, pod)
    const address = addressOf(pod, await this.#call('ADD', pod))
    const other = this.#owners.get(address)
    if (other !== undefined) throw new Error(`${address} is ${other}'s and ${pod.name}'s`)
    this.#owners.set(address, pod.name)
    this.#addresses.set(pod.name, address)
  }

  /** Whether there was one to take away. */
  async #delAny(): Promise<boolean> {
    const names = [...this.#addresses.keys()]
    const name = names[Math.floor(Math.random() * names.length)]
    const pod = name === undefined ? undefined : this.#pods.get(name)
    if (pod === undefined) return false
    // Before the call, as its process gives the address back before this one hears of it.
    this.#owners.delete(this.#addresses.get(pod.name) ?? '')
    this.#addresses.delete(pod.name)
    const { status, stdout } = await this.#call('DEL', pod)
    if (status !== 0) throw new Error(`DEL of ${pod.name}: ${stdout}`)
    this.#pods.delete(pod.name)
    return true
  }

  async #call(command: 'ADD' | 'DEL', pod: WorkloadPod): Promise<CallOutcome> {
    this.#calls += 1
    return this.#request.call(command, pod)
  }
}

function addressOf(pod: WorkloadPod, { result, stdout }: CallOutcome): string {
  const address = result?.ips?.[0]?.address
  if (address === undefined) throw new Error(`ADD of ${pod.name}: ${stdout}`)
  return address.replace(/\/.*/, '')
}

/** Whether it is asked for the first so many times. */
export function times(count: number): () => boolean {
  let asked = 0
  return () => {
    asked += 1
    return asked <= count
  }
}
