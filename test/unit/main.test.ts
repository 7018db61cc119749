import { expect, test, vi } from 'vitest'
import { ipamCatalog } from '#ipam/catalog.ts'
import { pluginCatalog } from '#plugins/catalog.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
// biome-ignore lint/style/noRestrictedImports: the composition has no alias, as nothing may import it
import { main } from '../../src/main.ts'

const loaded = vi.hoisted((): string[] => [])

vi.mock('#plugins/macvlan/plugin.ts', (importOriginal) => {
  loaded.push('macvlan')
  return importOriginal()
})
vi.mock('#ipam/host-local/plugin.ts', (importOriginal) => {
  loaded.push('host-local')
  return importOriginal()
})

const types = [...pluginCatalog.keys(), ...ipamCatalog.keys()]

/** What can be seen of the addon by a command that does nothing to the kernel. */
function addon(): object {
  const create = () => ''
  return {
    initialize: () => {},
    Namespace: class {},
    createNamespace: create,
    removeNamespace: create,
  }
}

/** The program of this name, called with this command; words after the name are its arguments. */
async function run(line: string, command: string, loadAddon: () => unknown = addon) {
  const [program = '', ...words] = line.split(' ')
  const host = new FakeHost({
    program,
    arguments: words,
    environment: { CNI_COMMAND: command, CNI_PATH: '/opt/cni/bin' },
    input: '{"cniVersion":"1.1.0","name":"net","cni.dev/valid-attachments":[]}',
  })
  const load = vi.fn(loadAddon)
  const status = await main(host, load)
  const { output, diagnostic } = host.streams
  return { status, output, diagnostic, addonLoads: load.mock.calls.length }
}

test('the plugin that is called is loaded, with the addon, and no other plugin', async () => {
  expect(loaded).toEqual([])
  expect(await run('macvlan', 'GC')).toMatchObject({ status: 0, output: '', addonLoads: 1 })
  expect(loaded).toEqual(['macvlan'])
  expect(await run('host-local', 'GC')).toMatchObject({ status: 0, output: '', addonLoads: 1 })
  expect(loaded).toEqual(['macvlan', 'host-local'])
})

test.each(types)('%s tells its versions without the addon', async (type) => {
  const { status, output, addonLoads } = await run(type, 'VERSION')
  expect([status, addonLoads]).toEqual([0, 0])
  expect(JSON.parse(output)).toMatchObject({ cniVersion: '1.1.0' })
})

test.each(types)('%s introduces itself without the addon', async (type) => {
  const { status, output, diagnostic, addonLoads } = await run(type, '')
  expect([status, output, addonLoads]).toEqual([0, '', 0])
  expect(diagnostic).toMatch(new RegExp(`^CNI ${type} plugin netwright \\d`))
})

test.each(['GC', 'VERSION', ''])(
  'a program that no plugin is called like fails with the command %j and names the plugins',
  async (command) => {
    const { status, output, diagnostic, addonLoads } = await run('macvlan2', command)
    expect([status, addonLoads]).toEqual([1, 0])
    expect(JSON.parse(output)).toEqual({
      code: 4,
      msg: 'no plugin is called "macvlan2"',
      details: `a program is the plugin it is named after, one of ${types.join(', ')}`,
    })
    expect(diagnostic).toContain('no plugin is called "macvlan2"')
  },
)

test.each<[string, () => unknown, string]>([
  [
    'there is no addon',
    () => {
      throw new Error('no native build was found')
    },
    'no native build was found',
  ],
  ['the addon is something else', () => ({}), 'the loaded module is not the netwright addon'],
])('a command that needs the kernel says that %s', async (_, loadAddon, msg) => {
  const { status, output } = await run('macvlan', 'GC', loadAddon)
  expect(status).toBe(1)
  expect(JSON.parse(output)).toEqual({ code: 999, msg })
})

test.each(types)('netwright %s is that plugin', async (type) => {
  const { status, diagnostic } = await run(`netwright ${type} rest`, '')
  expect(status).toBe(0)
  expect(diagnostic).toContain(`CNI ${type} plugin`)
})

test.each([
  ['netwright --version', /^netwright \d+\.\d+\.\d+\n/],
  ['netwright --help', /^usage: /],
])('%s says what is inside', async (line, beginning) => {
  const { status, output, diagnostic, addonLoads } = await run(line, '')
  expect([status, diagnostic, addonLoads]).toEqual([0, '', 0])
  expect(output).toMatch(beginning)
  for (const type of types) expect(output).toContain(type)
})

test.each(['netwright', 'netwright --nonsense'])('%s tells how it is used', async (line) => {
  const { status, output, diagnostic } = await run(line, '')
  expect([status, output]).toEqual([2, ''])
  expect(diagnostic).toMatch(/^usage: /)
})

test.each(['netwright', 'netwright --version'])('%s is no plugin to a runtime', async (line) => {
  const { status, output } = await run(line, 'VERSION')
  expect(status).toBe(1)
  expect(JSON.parse(output)).toMatchObject({ code: 4, msg: 'no plugin is called "netwright"' })
})

test('the controller of whereabouts is a word of the executable', async () => {
  const helped = await run('netwright whereabouts-controller -help', '')
  expect(helped).toMatchObject({ status: 0, addonLoads: 0 })
  expect(helped.diagnostic).toContain('usage: netwright whereabouts-controller')
  const misled = await run('netwright whereabouts-controller -nothing', '')
  expect(misled).toMatchObject({ status: 2 })
  expect(misled.diagnostic).toContain('flag not known: -nothing')
})
