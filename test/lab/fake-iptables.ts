/** iptables in memory: a listing of the table nat that `iptables-restore` changes. */

import type { ProcessOutcome, ProcessRequest } from '#host/host.ts'
import type { FakeHost } from './fake-host.ts'

const builtIn = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((name) => `-P ${name} ACCEPT`)

/** The programs of one family, installed on a host. */
export class FakeIptables {
  /** What `iptables -t nat -S` lists. */
  lines: readonly string[] = builtIn
  /** What every program ends with, other than doing its work. */
  failure: Partial<ProcessOutcome> | undefined
  /** The command lines so far, and what they were given to read. */
  readonly runs: string[] = []

  constructor(host: FakeHost, name = 'iptables') {
    host.install(`/usr/sbin/${name}`, (request) => this.#run(request, () => this.#list(request)))
    host.install(`/usr/sbin/${name}-restore`, (request) =>
      this.#run(request, () => this.#restore(request)),
    )
  }

  /** What a machine with iptables-legacy has in its listing and this one did not begin with. */
  get ours(): string[] {
    return this.lines.filter((line) => !builtIn.includes(line))
  }

  #run(request: ProcessRequest, work: () => Partial<ProcessOutcome>): Partial<ProcessOutcome> {
    const { path, arguments: rest = [], input } = request
    this.runs.push(
      [path.slice(path.lastIndexOf('/') + 1), ...rest].join(' ') + input.replace(/^\*/, ' < *'),
    )
    return this.failure ?? work()
  }

  #list({ arguments: parameters = [] }: ProcessRequest): Partial<ProcessOutcome> {
    return parameters.includes('nat') ? { output: `${this.lines.join('\n')}\n` } : {}
  }

  #restore({ input }: ProcessRequest): Partial<ProcessOutcome> {
    const before = this.lines
    for (const line of input.split('\n').slice(1, -2)) {
      if (this.#apply(line)) continue
      this.lines = before
      return { exitStatus: 1, diagnostic: `iptables-restore: line failed: ${line}\n` }
    }
    return {}
  }

  /** Whether a line could be carried out. */
  #apply(line: string): boolean {
    const [command, chain, ...rest] = line.split(' ')
    const rule = ['-A', chain, ...rest].join(' ')
    const isThere = this.lines.includes(`-N ${chain}`)
    const isRule = (one: string) => one.startsWith(`-A ${chain} `)
    switch (command) {
      case '-N':
        this.lines = [...this.lines, line]
        return !isThere
      case '-A':
        this.lines = [...this.lines, rule]
        return true
      case '-I': {
        const first = this.lines.findIndex(isRule)
        const at = first < 0 ? this.lines.length : first
        this.lines = [...this.lines.slice(0, at), rule, ...this.lines.slice(at)]
        return true
      }
      case '-D': {
        const at = this.lines.indexOf(rule)
        this.lines = this.lines.filter((_, index) => index !== at)
        return at >= 0
      }
      case '-F':
        this.lines = this.lines.filter((one) => !isRule(one))
        return isThere
      case '-X':
        this.lines = this.lines.filter((one) => one !== `-N ${chain}`)
        return isThere && !this.lines.some((one) => isRule(one) || one.endsWith(`-j ${chain}`))
      default:
        return false
    }
  }
}
