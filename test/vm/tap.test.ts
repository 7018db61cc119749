/** The tap plugin on a kernel with SELinux, which has no policy here and lets everybody do everything. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { hostLocal, tap } from '#test/lab/config-builders.ts'
import { place } from '#test/lab/executable.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

/** Without a policy only the kernel's own labels mean anything (security/selinux/ss/services.c). */
const selinuxContext = 'unlabeled'

test('a tap is made by a program with the label that is wanted', async ({ lab }) => {
  const pod = lab.pod(lab.host())
  const log = join(lab.folder, 'labels')
  lab.executable('ip', `tr '\\0' '\\n' </proc/self/attr/current >>${log}; exec /sbin/ip "$@"`)
  const under = ['env', `PATH=${lab.folder}:${process.env.PATH}`]
  const plugin = place(join(lab.folder, 'tap'), 'symlink')
  const mac = '02:00:00:00:00:11'
  const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
  pod.ip('link', 'add', 'br0', 'type', 'bridge')
  const keys = { selinuxContext, ipam, mac, owner: 107, group: 36, multiQueue: true }
  const config = tap({ ...keys, mtu: 1400, bridge: 'br0' })
  const added = await pod.add(config, { under, plugin })
  expect(added).toSucceed()
  expect(added.result).toMatchObject({ interfaces: [{ name: 'net1', mac, mtu: 1400 }] })
  expect(readFileSync(log, 'utf8')).toBe('unlabeled\n')
  expect(readFileSync('/proc/self/attr/current', 'utf8')).toBe('kernel\0')
  expect(pod.findLink('net1')).toMatchObject({
    master: 'br0',
    address: mac,
    linkinfo: {
      info_data: { type: 'tap', persist: true, multi_queue: true, user: 107, group: 36 },
    },
  })
  expect(pod.runtime.host).toHaveOnlyLinks()
})

test('a tap with a label that cannot have its name is neither here nor there', async ({ lab }) => {
  const pod = lab.pod(lab.host())
  pod.ip('link', 'add', 'net1', 'type', 'bridge')
  const plugin = place(join(lab.folder, 'tap'), 'symlink')
  expect(await pod.add(tap({ selinuxContext }), { plugin })).toFailWith(999, 'EEXIST')
  expect(pod).toHaveLink('net1', { kind: 'bridge' })
  expect(pod).toHaveOnlyLinks('net1')
  expect(pod.runtime.host).toHaveOnlyLinks()
})
