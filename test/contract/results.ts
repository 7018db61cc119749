/** That a plugin answers an ADD as the reference plugin does. */

import { describe, expect } from 'vitest'
import type { CallOutcome } from '#test/lab/cni-call.ts'
import type { Config } from '#test/lab/config-builders.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import { calling, modern, type Side, versions } from '#test/lab/reference.ts'
import '#test/lab/matchers.ts'

/** The one hardware address that a configuration may ask for. */
export const chosenMac = '02:00:00:00:00:07'

/** The keys of `ipam`, if there is one of host-local, and those of the plugin. */
export type ResultCase = readonly [ipam: Config | undefined, keys: Config]

export interface ResultSubject {
  /** Gives a configuration with these keys. */
  readonly config: (keys: Config) => Config
  /** Configurations by what they are called. */
  readonly cases: Readonly<Record<string, ResultCase>>
  /** Takes away what both sides leave on a host on purpose. */
  tidyUp?(host: LabNamespace): void
}

/** Names and hardware addresses are made at random where nobody has asked for one. */
function comparable({ stdout }: CallOutcome): unknown {
  const text = stdout
    .replaceAll(/\bveth[0-9a-f]{8}\b/g, 'veth')
    .replaceAll(/"mac": ?"([0-9a-f:]{17})"/g, (found, mac) =>
      mac === chosenMac ? found : '"mac":"any"',
    )
  return JSON.parse(text)
}

/** The links of a result are those that there are. */
function expectTrue(pod: Pod, { result }: CallOutcome): void {
  for (const { name, mac, sandbox = '' } of result?.interfaces ?? []) {
    const space = sandbox === '' ? pod.runtime.host : pod
    expect(space).toHaveLink(name, mac === undefined ? {} : { mac })
  }
}

function keysOf(lab: Lab, [ipam, keys]: ResultCase): Config {
  if (ipam === undefined) return keys
  return { ipam: { type: 'host-local', dataDir: lab.dataDir(), ...ipam }, ...keys }
}

/** Every configuration in every version, from either side; addresses are from Go's host-local. */
export function resultsContract(subject: ResultSubject): void {
  describe(`${typeOf(subject)} answers as Go does to`, () => {
    test.for(Object.entries(subject.cases))('%s, in every version', async ([, one], { lab }) => {
      // Go waits a second for an IPv6 address, which nobody has to do six times.
      const all = versions.map((cniVersion) =>
        compare(subject, lab, [one[0], { ...one[1], cniVersion }]),
      )
      await Promise.all(all)
    })
  })
}

async function compare(subject: ResultSubject, lab: Lab, one: ResultCase): Promise<void> {
  const pod = lab.pod(lab.host())
  const answer = async (side: Side) => {
    const config = subject.config(keysOf(lab, one))
    const options = { ...calling(lab, side, typeOf(subject)), path: [goPlugins] }
    const added = await pod.add(config, options)
    if (added.status === 0) expectTrue(pod, added)
    await pod.del(config, options)
    subject.tidyUp?.(pod.runtime.host)
    return added
  }
  const [expected, actual] = [await answer('Go'), await answer('ours')]
  expect(actual.status, `${expected.stdout} ${actual.stdout}`).toBe(expected.status)
  if (expected.status === 0) expect(comparable(actual)).toEqual(modern(comparable(expected)))
}

function typeOf({ config }: ResultSubject): string {
  return String(config({}).type)
}
