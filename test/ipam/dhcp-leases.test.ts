/** What an operator sees of the leases. */

import { expect } from 'vitest'
import { netwright } from '#test/lab/cli.ts'
import { dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

test('leases are listed for people and for programs', async ({ lab }) => {
  const { host, server, daemon } = await startDhcpSegment(lab)
  const of = ['-socketpath', daemon.socketPath]
  expect(JSON.parse(await netwright('leases', '--json', ...of))).toEqual([])
  const pods = [lab.pod(host), lab.pod(host)]
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const addresses: string[] = []
  for (const pod of pods) {
    const added = await pod.add(config)
    expect(added).toSucceed()
    addresses.push(leasedAddress(added))
  }

  const table = await netwright('leases', ...of)
  const listed = JSON.parse(await netwright('leases', '--json', ...of))
  expect(listed).toHaveLength(2)
  for (const [index, { path, containerId }] of pods.entries()) {
    const address = addresses[index] ?? 'none'
    const row = table.split('\n').find((line) => line.includes(address))
    for (const text of ['bound', server.settings.address, path, 'net1']) {
      expect(row?.toLowerCase()).toContain(text)
    }
    const about = listed.find((one: unknown) => JSON.stringify(one).includes(`${address}/24`))
    expect(JSON.stringify(about)).toContain(containerId)
    expect(JSON.stringify(about)).toContain(path)
  }
})
