/** Plugins whose kinds of links not every kernel has, on both engines; all else of them is on one. */

import { expect } from 'vitest'
import { dummy, ipvlan, vlan } from '#test/lab/config-builders.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

test('a pod gets an ipvlan, a link in a VLAN and a dummy, and loses them again', async ({
  lab,
}) => {
  const host = lab.host()
  lab.cable(host, 'eth0')
  const pod = lab.pod(host)
  const answer = `{"cniVersion":"1.0.0","ips":[{"address":"10.5.\${CNI_IFNAME#net}.9/24"}]}`
  lab.executable('bin/other', `cat <<end\n${answer}\nend`)
  const ipam = { type: 'other' }
  const configs = [ipvlan({ ipam }), vlan({ ipam }), dummy({ ipam })]
  for (const [position, config] of configs.entries()) {
    const ifName = `net${position}`
    expect(await pod.add(config, { ifName })).toSucceed()
    expect(pod).toHaveLink(ifName, { kind: String(config.type), isUp: true })
    expect(pod).toHaveAddress(ifName, `10.5.${position}.9/24`)
  }
  for (const [position, config] of configs.entries()) {
    expect(await pod.del(config, { ifName: `net${position}` })).toSucceed()
  }
  expect(pod).toHaveOnlyLinks()
})
