import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { CallOutcome } from '#test/lab/cni-call.ts'
import {
  type Config,
  hostDevice,
  hostLocal,
  macvlan,
  uniqueNetwork,
} from '#test/lab/config-builders.ts'
import { place } from '#test/lab/executable.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import { attachmentRules } from '#test/lab/ruleset.ts'
import { logIn, type SystemCall, systemCallsIn, tampered, traced } from '#test/lab/system-calls.ts'
import '#test/lab/matchers.ts'

/** What is called: the keys of a configuration beside `ipam`. */
const subjects: Readonly<Record<string, (lab: Lab) => Config>> = {
  macvlan: () => macvlan(),
  bridge: () => ({
    cniVersion: '1.1.0',
    name: uniqueNetwork(),
    type: 'bridge',
    bridge: 'br0',
    isGateway: true,
    ipMasq: true,
    ipMasqBackend: 'nftables',
    macspoofchk: true,
  }),
  'host-device': (lab) => hostDevice(lab.deviceDir(), { device: 'eth0' }),
}

/** Until it takes this lock it does what others do as well. */
const firstOwn: Readonly<Record<string, string>> = { 'host-device': 'flock' }

/** A pod whose calls can be disturbed. */
class Disturbed {
  readonly pod: Pod
  readonly config: Config
  readonly #lab: Lab
  readonly #folder: string
  readonly #firstOwn: string | undefined

  constructor(lab: Lab, subject: string) {
    this.#lab = lab
    this.#firstOwn = firstOwn[subject]
    const host = lab.host()
    lab.cable(host, 'eth0')
    this.pod = lab.pod(host)
    this.#folder = join(lab.folder, 'links')
    for (const type of [subject, 'host-local']) place(join(this.#folder, type), 'symlink')
    this.config = { ...subjects[subject]?.(lab), ipam: hostLocal(lab.dataDir(), '10.9.0.0/24') }
  }

  call(command: 'ADD' | 'DEL', under: readonly string[] = []): Promise<CallOutcome> {
    const plugin = join(this.#folder, String(this.config.type))
    const options = { plugin, path: [this.#folder], under }
    return this.pod.call(command, this.config, options)
  }

  /** The system calls that a good call makes once it runs. */
  async systemCallsOf(command: 'ADD' | 'DEL'): Promise<readonly SystemCall[]> {
    const log = logIn(this.#lab.folder)
    expect(await this.call(command, traced(log))).toSucceed()
    const [first, ...calls] = systemCallsIn(log)
    expect(first?.name).toBe('execve')
    return calls.slice(
      Math.max(
        0,
        calls.findIndex(({ name }) => name === this.#firstOwn),
      ),
    )
  }

  /** The same call with one of its system calls ending as `fate` says. */
  disturb(command: 'ADD' | 'DEL', call: SystemCall, fate: string): Promise<CallOutcome> {
    return this.call(command, tampered(logIn(this.#lab.folder), call, fate))
  }

  /** Nothing of an attachment is there, and the host has what it had. */
  expectNothing(what: string): void {
    expect(this.pod, what).toHaveOnlyLinks()
    expect(this.pod.runtime.host, what).toHaveLink('eth0', { isUp: true })
    expect(attachmentRules(this.pod.runtime.host), what).toEqual([])
    expect(this.#lab.takenAddresses(this.config.name), what).toEqual([])
  }
}

const minutesMs = 300_000

const kills = Object.keys(subjects).flatMap((subject) => {
  return (['ADD', 'DEL'] as const).map((command) => ({ subject, command }))
})

describe.for(kills)('a $subject whose $command is killed', ({ subject, command }) => {
  test(
    'before any of its system calls leaves nothing that DEL does not take back',
    async ({ lab }) => {
      const disturbed = new Disturbed(lab, subject)
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

test.for(Object.keys(subjects))(
  'an ADD of a %s of which any system call fails tells so and leaves nothing',
  { timeout: minutesMs },
  async (subject, { lab }) => {
    const disturbed = new Disturbed(lab, subject)
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
)
