import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type CallOutcome, callPlugin, type PluginCommand } from '#test/lab/cni-call.ts'
import { runSync } from '#test/lab/command.ts'
import { macvlan } from '#test/lab/config-builders.ts'
import { place } from '#test/lab/executable.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

/** A folder to be the root of the calls, and the namespaces around it. */
class Root {
  readonly folder: string
  readonly host: LabNamespace
  readonly pod: LabNamespace

  constructor(lab: Lab) {
    this.folder = join(lab.folder, 'root')
    this.host = lab.host()
    lab.cable(this.host, 'eth0')
    this.pod = lab.namespace('pod')
    place(join(this.folder, 'bin/macvlan'), 'copy')
    place(join(this.folder, 'bin/host-local'), 'hardlink', join(this.folder, 'bin/macvlan'))
    mkdirSync(join(this.folder, 'netns'))
    const mount = join(this.folder, 'netns/pod')
    writeFileSync(mount, '')
    runSync(['mount', '--bind', this.pod.path, mount])
    lab.afterwards(() => runSync(['umount', mount]))
  }

  /** Calls macvlan, through a shell or not, as a runtime whose root this folder is would. */
  call(command: PluginCommand, shell: readonly string[] = []): Promise<CallOutcome> {
    const ipam = { type: 'host-local', ranges: [[{ subnet: '10.9.0.0/29' }]] }
    return callPlugin({
      command,
      plugin: '/bin/macvlan',
      // This root has programs where a shell looks when it is not told.
      under: ['env', '--unset=PATH', '/usr/sbin/chroot', this.folder, ...shell],
      host: this.host,
      containerId: 'one',
      netns: '/netns/pod',
      ifName: 'net1',
      path: ['/bin'],
      config: macvlan({ name: 'net', ipam }),
    })
  }

  taken(): readonly string[] {
    return readdirSync(join(this.folder, 'var/lib/cni/networks/net')).filter((name) =>
      name.startsWith('10.'),
    )
  }
}

test('ADD and DEL need nothing of the root but the executable', async ({ lab }) => {
  const root = new Root(lab)
  expect(readdirSync(root.folder).sort()).toEqual(['bin', 'netns'])
  expect((await root.call('ADD')).result?.ips).toMatchObject([{ address: '10.9.0.2/29' }])
  expect(root.pod).toHaveAddress('net1', '10.9.0.2/29')
  expect(root.taken()).toEqual(['10.9.0.2'])
  expect(await root.call('DEL')).toSucceed()
  expect(root.pod).toHaveOnlyLinks()
  expect(root.taken()).toEqual([])
})

test('a root with another C library, or none, makes no difference', async ({ lab }) => {
  const root = new Root(lab)
  copyFileSync('/bin/busybox', join(root.folder, 'bin/busybox'))
  symlinkSync('busybox', join(root.folder, 'bin/sh'))
  const shell = ['/bin/sh', '-c', 'exec macvlan']
  expect((await root.call('ADD', shell)).result?.ips).toMatchObject([{ address: '10.9.0.2/29' }])
  expect(await root.call('DEL', shell)).toSucceed()
  expect(root.pod).toHaveOnlyLinks()
})
