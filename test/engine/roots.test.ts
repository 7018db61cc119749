import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run, runSync, succeed } from '#test/lab/command.ts'
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

  /** Calls macvlan, as a runtime whose root this folder is would. */
  async call(command: string, program: readonly string[] = ['/bin/macvlan']): Promise<string> {
    const ipam = { type: 'host-local', ranges: [[{ subnet: '10.9.0.0/29' }]] }
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: 'one',
      CNI_NETNS: '/netns/pod',
      CNI_IFNAME: 'net1',
      CNI_PATH: '/bin',
    }
    const input = JSON.stringify(macvlan({ name: 'net', ipam }))
    const chroot = ['/usr/sbin/chroot', this.folder, ...program]
    return succeed(await run(this.host.inside(...chroot), { environment, input })).stdout
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
  expect(JSON.parse(await root.call('ADD'))).toMatchObject({ ips: [{ address: '10.9.0.2/29' }] })
  expect(root.pod).toHaveAddress('net1', '10.9.0.2/29')
  expect(root.taken()).toEqual(['10.9.0.2'])
  await root.call('DEL')
  expect(root.pod).toHaveOnlyLinks()
  expect(root.taken()).toEqual([])
})

test('a root with another C library, or none, makes no difference', async ({ lab }) => {
  const root = new Root(lab)
  copyFileSync('/bin/busybox', join(root.folder, 'bin/busybox'))
  symlinkSync('busybox', join(root.folder, 'bin/sh'))
  const program = ['/bin/sh', '-c', 'exec macvlan']
  expect(JSON.parse(await root.call('ADD', program))).toMatchObject({
    ips: [{ address: '10.9.0.2/29' }],
  })
  await root.call('DEL', program)
  expect(root.pod).toHaveOnlyLinks()
})
