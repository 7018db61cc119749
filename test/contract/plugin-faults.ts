/** That an ADD is undone, whichever of its calls to kernel and host fails. */

import { expect } from 'vitest'
import type { PluginEntry } from '#cni/plugin.ts'
import { type Config, hostLocal } from '#test/lab/config-builders.ts'
import { injectedFault } from '#test/lab/faults.ts'
import { callWatched } from '#test/lab/in-process.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace, WitnessedAddress, WitnessedLink } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import { attachmentRules } from '#test/lab/ruleset.ts'
import '#test/lab/matchers.ts'

export interface FaultSubject {
  readonly plugin: PluginEntry
  /** What the test is called by: `with VLANs`. */
  readonly title: string
  /** Whether not even its DEL leaves anything on the host that was not there before. */
  readonly leavesNothing?: boolean
  /** Readies a host and returns a valid configuration; one without `ipam` is given one. */
  prepare(lab: Lab, host: LabNamespace): Config
  /** What the sandbox has before the plugin is called. */
  furnish?(pod: Pod): void
}

/** Fails call 1 of a good ADD, then call 2, and so on; after each the host must be as before. */
export function faultContract(subject: FaultSubject): void {
  const title = `${subject.plugin.type} ${subject.title} undoes everything, whichever of its calls fails`
  test(title, async ({ lab }) => {
    const host = lab.host()
    const routes = [{ dst: '10.6.0.0/16' }, { dst: '0.0.0.0/0', priority: 77 }]
    const ipam = hostLocal(lab.dataDir(), '10.5.0.0/24', { routes })
    const config: Config = { ipam, ...subject.prepare(lab, host) }
    const pod = lab.pod(host)
    subject.furnish?.(pod)
    const furniture = pod.linkNames()
    const call = {
      command: 'ADD' as const,
      plugin: subject.plugin.type,
      host,
      path: pod.runtime.path,
      containerId: pod.containerId,
      netns: pod.path,
      ifName: 'net1',
      config,
    }
    const before = footprint(host)
    for (let faultAt = 1; ; faultAt += 1) {
      const { status, error, calls } = await callWatched(subject.plugin, call, faultAt)
      // How many calls there are depends on how soon the kernel is ready.
      if (calls.length < faultAt) {
        expect(status).toBe(0)
        expect(faultAt).toBeGreaterThan(8)
        break
      }
      const what = `call ${faultAt}, ${calls[faultAt - 1]}`
      expect(status, what).toBe(1)
      expect(JSON.stringify(error), what).toContain(injectedFault)
      expect(pod, what).toHaveOnlyLinks(...furniture)
      // What an ADD was done with when it could not tell of it, DEL has taken back.
      const isRest = isTold(calls) && subject.leavesNothing !== true
      if (isRest) expect(footprint(host).rules, what).toEqual(before.rules)
      else expect(footprint(host), what).toEqual(before)
      expect(lab.takenAddresses(config.name), what).toEqual([])
    }
    expect(pod).toHaveLink('net1')
  })
}

interface Footprint {
  readonly links: readonly object[]
  readonly rules: readonly string[]
}

function isTold(calls: readonly string[]): boolean {
  return calls.includes('streams.writeOutput')
}

/** What `ip -j address show` says of a link. */
type ShownLink = WitnessedLink & { readonly addr_info: readonly WitnessedAddress[] }

/** All that an ADD may change on a host: links, addresses, and rules of the packet filters. */
function footprint(host: LabNamespace): Footprint {
  const shown: readonly ShownLink[] = JSON.parse(host.ip('-j', 'address', 'show'))
  const links = shown.map(({ ifname, ifalias, master, mtu, flags, addr_info }) => {
    const kept = flags.filter((flag) => ['UP', 'PROMISC'].includes(flag))
    const given = addr_info.filter(({ scope }) => scope === 'global')
    const addresses = given.map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    return { ifname, ifalias, master, mtu, kept, addresses }
  })
  return { links, rules: attachmentRules(host) }
}
