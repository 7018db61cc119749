/** What every example of a README promises: it works from ADD to DEL. */

import { expect } from 'vitest'
import { type Example, prepareExample } from '#test/lab/examples.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

export function examplesContract(examples: readonly Example[]): void {
  const titled = examples.map((example) => [example.title, example] as const)
  test.for(titled)('%s works', async ([, example], { lab }) => {
    await tryOut(example, lab)
  })
}

async function tryOut(example: Example, lab: Lab): Promise<void> {
  const { pod, config } = await prepareExample(example, lab)
  const added = await pod.add(config)
  expect(added).toSucceed()
  if ('ipam' in config) expect(added.result?.ips?.length).toBeGreaterThan(0)
  const version = String(config.cniVersion)
  if (version >= '0.4.0') {
    expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  }
  if (version >= '1.1.0') expect(await pod.status(config)).toSucceed()
  expect(await pod.del(config)).toSucceed()
  expect(pod).toHaveOnlyLinks()
  expect(lab.takenAddresses(config.name)).toEqual([])
  expect(await pod.del(config, { netns: '' })).toSucceed()
}
