/** Matchers for calls, pods and hosts; a failing one prints what is there. */

import { expect } from 'vitest'
import type { CallOutcome } from './cni-call.ts'
import type { LabNamespace } from './namespace.ts'
import type { Pod } from './pod.ts'

interface LinkExpectation {
  readonly kind?: string
  readonly mode?: string
  readonly mtu?: number
  readonly mac?: string
  readonly isUp?: boolean
}

interface LabMatchers<R> {
  /** The call ended with exit status 0 and printed no error. */
  toSucceed(): R
  /** The call ended with exit status 1 and an error with this code, whose text holds `text`. */
  toFailWith(code: number, text: string | RegExp): R
  toHaveLink(name: string, expected?: LinkExpectation): R
  /** `10.1.2.3/24` is on the link. */
  toHaveAddress(link: string, address: string): R
  /** The namespace has no link but the loopback, and those named. */
  toHaveOnlyLinks(...names: readonly string[]): R
  /** An echo request to the address is answered. */
  toReach(address: string): R
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: vitest declares its type parameter so
  interface Matchers<T = any> extends LabMatchers<T> {}
}

expect.extend({
  toSucceed(call: CallOutcome) {
    const pass = call.status === 0
    return { pass, message: () => `the call ended with ${describe(call)}` }
  },

  toFailWith(call: CallOutcome, code: number, text: string | RegExp) {
    const said = `${call.error?.msg ?? ''}; ${call.error?.details ?? ''}`
    const matches = typeof text === 'string' ? said.includes(text) : text.test(said)
    const pass = call.status === 1 && call.error?.code === code && matches
    return { pass, message: () => `expected error ${code} with ${text}, got ${describe(call)}` }
  },

  toHaveLink(space: LabNamespace, name: string, expected: LinkExpectation = {}) {
    const link = space.findLink(name)
    const actual = {
      kind: link?.linkinfo?.info_kind,
      mode: link?.linkinfo?.info_data?.mode,
      mtu: link?.mtu,
      mac: link?.address,
      isUp: link?.flags.includes('UP'),
    }
    const pass = link !== undefined && this.equals(actual, expect.objectContaining(expected))
    return { pass, message: () => `${name} in ${space.name} is ${JSON.stringify(link)}` }
  },

  toHaveAddress(space: LabNamespace, link: string, address: string) {
    const addresses = space.findLink(link) === undefined ? [] : space.addressTexts(link)
    const message = () => `${link} in ${space.name} has ${addresses.join(', ') || 'no address'}`
    return { pass: addresses.includes(address), message }
  },

  toHaveOnlyLinks(space: LabNamespace, ...names: readonly string[]) {
    const links = space.linkNames()
    const message = () => `${space.name} has ${links.join(', ') || 'no links'}`
    return { pass: this.equals(links, [...names].sort()), message }
  },

  toReach(pod: Pod | LabNamespace, address: string) {
    // Whoever does not get an answer need not wait for it as long as whoever does, to whom one will do.
    const patience = this.isNot ? ['-c', '3', '-W', '1'] : ['-c', '1', '-w', '5']
    try {
      pod.run('ping', '-n', '-i', '0.2', ...patience, address)
      return { pass: true, message: () => `${pod.name} reaches ${address}` }
    } catch (error) {
      return { pass: false, message: () => `${pod.name} does not reach ${address}: ${error}` }
    }
  },
})

function describe({ status, stdout, stderr }: CallOutcome): string {
  return `exit status ${status}, output ${stdout || 'nothing'}, diagnostics ${stderr || 'nothing'}`
}
