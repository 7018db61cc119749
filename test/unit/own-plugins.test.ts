import { expect, test } from 'vitest'
import { FakeHost } from '#test/lab/fake-host.ts'
import { RecordingPlugin } from '#test/lab/recording-plugin.ts'
// biome-ignore lint/style/noRestrictedImports: the composition has no alias, as nothing may import it
import { ownPlugins } from '../../src/own-plugins.ts'

const files = { '/bin/host-local': '', '/bin/other': '' }

/** What the file at a path is, in a program whose executable file is at `own`. */
async function find(path: string, own: string | undefined) {
  const { files: placed } = new FakeHost({ files })
  const executable = own === undefined ? undefined : await placed.findStatus(own)
  const host = new FakeHost({ files, ...(executable && { executable }) })
  const plugin = new RecordingPlugin()
  const asked: string[] = []
  const found = await ownPlugins(host, async (type) => {
    asked.push(type)
    return plugin
  })(path)
  return { isOurs: found === plugin, asked }
}

test('the running executable is the plugin that the file is named after', async () => {
  expect(await find('/bin/host-local', '/bin/host-local')).toEqual({
    isOurs: true,
    asked: ['host-local'],
  })
})

test('any other file is not, whatever its name is', async () => {
  expect(await find('/bin/host-local', '/bin/other')).toEqual({ isOurs: false, asked: [] })
})

test('a file that is gone is not', async () => {
  expect(await find('/bin/none', '/bin/other')).toEqual({ isOurs: false, asked: [] })
})

test('nothing is, where the program is no executable of its own', async () => {
  expect(await find('/bin/host-local', undefined)).toEqual({ isOurs: false, asked: [] })
})
