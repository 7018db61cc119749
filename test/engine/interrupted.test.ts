import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { CallOutcome } from '#test/lab/cni-call.ts'
import { type Outcome, run, succeed } from '#test/lab/command.ts'
import { type Config, hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { place } from '#test/lab/executable.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import { logIn, type SystemCall, systemCallsIn, tampered, traced } from '#test/lab/system-calls.ts'
import '#test/lab/matchers.ts'

/** A pod whose calls can be disturbed. */
class Disturbed {
  readonly pod: Pod
  readonly config: Config
  readonly #lab: Lab
  readonly #folder: string

  constructor(lab: Lab) {
    this.#lab = lab
    const host = lab.host()
    lab.cable(host, 'eth0')
    this.pod = lab.pod(host)
    this.#folder = join(lab.folder, 'links')
    for (const type of ['macvlan', 'host-local']) place(join(this.#folder, type), 'symlink')
    this.config = macvlan({ ipam: hostLocal(lab.dataDir(), '10.9.0.0/24') })
  }

  call(command: 'ADD' | 'DEL'): Promise<CallOutcome> {
    const options = { plugin: join(this.#folder, 'macvlan'), path: [this.#folder] }
    return this.pod.call(command, this.config, options)
  }

  /** The system calls that a good call makes once it runs. */
  async systemCallsOf(command: 'ADD' | 'DEL'): Promise<readonly SystemCall[]> {
    const log = logIn(this.#lab.folder)
    succeed(await this.#under(command, (program) => traced(log, program)))
    const [first, ...calls] = systemCallsIn(log)
    expect(first?.name).toBe('execve')
    return calls
  }

  /** The same call with one of its system calls ending as `fate` says. */
  async disturb(command: 'ADD' | 'DEL', call: SystemCall, fate: string): Promise<Outcome> {
    const prefix = tampered(logIn(this.#lab.folder), call, fate)
    return this.#under(command, (program) => [...prefix, ...program])
  }

  /** Nothing of an attachment is there. */
  expectNothing(what: string): void {
    expect(this.pod, what).toHaveOnlyLinks()
    expect(this.#lab.takenAddresses(this.config.name), what).toEqual([])
  }

  #under(
    command: 'ADD' | 'DEL',
    wrap: (program: readonly string[]) => readonly string[],
  ): Promise<Outcome> {
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: this.pod.containerId,
      CNI_NETNS: this.pod.path,
      CNI_IFNAME: 'net1',
      CNI_PATH: this.#folder,
    }
    const program = wrap([join(this.#folder, 'macvlan')])
    const input = JSON.stringify(this.config)
    return run(this.pod.runtime.host.inside(...program), { environment, input })
  }
}

const minutesMs = 180_000

describe.for(['ADD', 'DEL'] as const)('a macvlan whose %s is killed', (command) => {
  test(
    'before any of its system calls leaves nothing that DEL does not take back',
    async ({ lab }) => {
      const disturbed = new Disturbed(lab)
      if (command === 'DEL') expect(await disturbed.call('ADD')).toSucceed()
      const calls = await disturbed.systemCallsOf(command)
      expect(await disturbed.call('DEL')).toSucceed()
      for (const call of calls) {
        const what = `${call.name} ${call.occurrence}`
        if (command === 'DEL') expect(await disturbed.call('ADD'), what).toSucceed()
        await disturbed.disturb(command, call, 'signal=SIGKILL')
        expect(await disturbed.call('DEL'), what).toSucceed()
        disturbed.expectNothing(what)
      }
      expect(await disturbed.call('ADD')).toSucceed()
    },
    minutesMs,
  )
})

/** What cannot fail this way: some have no answer, and brk(2) answers with a break, never with an error. */
const infallible = /^(exit_group|close|munmap|rt_sig\w+|futex|brk)$/

/**
 * With the kernel's answer it is lost whether it has done what was asked, and who cannot return from a
 * namespace stops at once: DEL has to find out.
 */
const leftToDel = new Set(['recvfrom', 'setns'])

test(
  'an ADD of which any system call fails tells so and leaves nothing',
  async ({ lab }) => {
    const disturbed = new Disturbed(lab)
    const calls = await disturbed.systemCallsOf('ADD')
    expect(await disturbed.call('DEL')).toSucceed()
    for (const call of calls.filter(({ name }) => !infallible.test(name))) {
      const what = `${call.name} ${call.occurrence}`
      const said = await disturbed.disturb('ADD', call, 'error=EIO')
      if (said.status === 0) expect(JSON.parse(said.stdout), what).toHaveProperty('ips')
      else if (!leftToDel.has(call.name)) disturbed.expectNothing(what)
      expect(await disturbed.call('DEL'), what).toSucceed()
      disturbed.expectNothing(what)
    }
  },
  minutesMs,
)
