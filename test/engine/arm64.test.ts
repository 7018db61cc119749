import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { run, runSync } from '#test/lab/command.ts'
import { hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

/** What script/build-arm64 leaves; QEMU translates its instructions and its system calls. */
const executable = fileURLToPath(new URL('../../build/engine-arm64/netwright', import.meta.url))

/** A CNI_PATH folder with a program for each plugin. */
function pluginFolder(lab: Lab): string {
  mkdirSync(`${lab.folder}/arm64`)
  for (const type of ['macvlan', 'host-local']) {
    lab.executable(`arm64/${type}`, `exec qemu-aarch64-static ${executable} ${type}`)
  }
  return `${lab.folder}/arm64`
}

test('the executable for 64-bit ARM is a static one', () => {
  expect(runSync(['readelf', '--file-header', executable])).toMatch(/Machine:\s+AArch64/)
  expect(runSync(['readelf', '--program-headers', executable])).not.toContain('INTERP')
})

test('on 64-bit ARM, plugins tell their versions', async ({ lab }) => {
  const environment = { CNI_COMMAND: 'VERSION', PATH: '/usr/bin:/bin' }
  const said = await run([`${pluginFolder(lab)}/macvlan`], { environment })
  expect(JSON.parse(said.stdout)).toMatchObject({ cniVersion: '1.1.0' })
})

test('on 64-bit ARM, a pod gets its macvlan and its address, and gives them back', async ({
  lab,
}) => {
  const host = lab.host()
  lab.cable(host, 'eth0')
  const pod = lab.pod(host)
  const folder = pluginFolder(lab)
  const config = macvlan({ ipam: hostLocal(lab.dataDir(), '10.9.0.0/29') })
  const options = { plugin: `${folder}/macvlan`, path: [folder] }
  expect(await pod.add(config, options)).toSucceed()
  expect(pod).toHaveLink('net1', { kind: 'macvlan', isUp: true })
  expect(pod).toHaveAddress('net1', '10.9.0.2/29')
  expect(await pod.del(config, options)).toSucceed()
  expect(pod).toHaveOnlyLinks()
  expect(lab.takenAddresses(config.name)).toEqual([])
})
