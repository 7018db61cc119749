/** host-device with a link of a kind, and under rules, that only this kernel has. */

import { expect } from 'vitest'
import { hostDevice, hostLocal } from '#test/lab/config-builders.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

test('a dummy that is up moves under other names, which nobody has to be free of', async ({
  lab,
}) => {
  const host = lab.host()
  const pod = lab.pod(host)
  host.ip('link', 'add', 'ens8', 'up', 'mtu', '1400', 'type', 'dummy')
  host.ip('address', 'add', 'fd00:9::1/64', 'dev', 'ens8', 'nodad')
  host.ip('link', 'add', 'net1', 'type', 'bridge')
  pod.ip('link', 'add', 'ens8', 'type', 'bridge')
  const config = hostDevice(lab.deviceDir(), { ipam: hostLocal(lab.dataDir(), '10.1.2.0/24') })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(pod).toHaveLink('net1', { kind: 'dummy', mtu: 1400, isUp: true })
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await pod.del(config)).toSucceed()
  expect(host).toHaveLink('ens8', { kind: 'dummy', mtu: 1400, isUp: true })
  expect(host.addressTexts('ens8')).toEqual(['fd00:9::1/64'])
  expect(host).toHaveOnlyLinks('ens8', 'net1')
  expect(pod).toHaveOnlyLinks('ens8')
  expect(await pod.add(config, { ifName: 'ens8' })).toFailWith(999, 'the name is taken')
  expect(host).toHaveLink('ens8', { kind: 'dummy', isUp: true })
})
