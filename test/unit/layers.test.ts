import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** What may be imported from where: the table of docs/architecture.md, by example. */
const aliases = ['base', 'ip', 'schema', 'kernel', 'nft', 'cni', 'runtime', 'plugins', 'ipam']
const foreign = [
  'node:fs',
  'netwright:engine',
  'vitest',
  '../other/x.ts',
  '#test/lab/lab.ts',
  '#host/node.ts',
  '#host/quickjs.ts',
  '#host/find-program.ts',
  '#host/run-program.ts',
  '#ipam/dhcp/deep/x.ts',
  '#ipam/whereabouts/deep/x.ts',
  'yaml',
]
const layers: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/ip': ['base'],
  'src/schema': ['base', 'ip'],
  'src/kernel': ['base', 'ip'],
  'src/nft': ['base', 'ip', 'kernel', 'host', '#host/find-program.ts', '#host/run-program.ts'],
  'src/host': ['base'],
  'src/cni': ['base', 'ip', 'schema', 'kernel', 'host'],
  'src/runtime': ['base', 'ip', 'schema', 'cni', 'host'],
  'plugins/macvlan': [
    ...['base', 'ip', 'schema', 'kernel', 'nft', 'cni', 'host'],
    '#host/find-program.ts',
    '#host/run-program.ts',
  ],
  'ipam/host-local': ['base', 'ip', 'schema', 'cni', 'host'],
  'ipam/whereabouts': [...['base', 'ip', 'schema', 'cni', 'host'], '#ipam/whereabouts/deep/x.ts'],
  'ipam/dhcp': ['base', 'ip', 'schema', 'kernel', 'cni', 'host', '#ipam/dhcp/deep/x.ts'],
}
const bannedGlobals = ['process', 'Buffer', 'setTimeout', 'URL', 'TextEncoder', 'console', 'Intl']

interface Probe {
  readonly path: string
  readonly content: string
  readonly isAllowed: boolean
}

function specifierOf(name: string): string {
  if (name === 'host') return '#host/host.ts'
  return aliases.includes(name) ? `#${name}/deep/x.ts` : name
}

let made = 0

function probe(folder: string, content: string, isAllowed: boolean): Probe {
  made += 1
  return { path: `${folder}/probe-${made}.ts`, content, isAllowed }
}

/** Every import into a layer: of a value, of a type, on demand. */
function importProbes(folder: string, allowed: readonly string[]): Probe[] {
  const names = [...aliases, 'host', ...foreign]
  return names.flatMap((name) => {
    const from = `'${specifierOf(name)}'`
    const isAllowed = allowed.includes(name)
    return [
      probe(folder, `import { a } from ${from}\nexport const b = a\n`, isAllowed),
      probe(folder, `import type { A } from ${from}\nexport type B = A\n`, isAllowed),
      probe(folder, `export const b = await import(${from})\n`, isAllowed),
    ]
  })
}

const probes: Probe[] = [
  ...Object.entries(layers).flatMap(([folder, allowed]) => importProbes(folder, allowed)),
  ...Object.keys(layers).map((folder) => probe(folder, `export * from './neighbour.ts'\n`, true)),
  ...['src/cni', 'plugins/macvlan', 'ipam/host-local'].flatMap((folder) =>
    bannedGlobals.map((name) => probe(folder, `export const a = ${name}\n`, false)),
  ),
]

/** The paths of the files in `folder` that the layer rules of its biome.json refuse. */
function refusedIn(folder: string): ReadonlySet<string> {
  const rules = ['style/noRestrictedImports', 'style/noRestrictedGlobals']
  const biome = join(project, 'node_modules/.bin/biome')
  const options = ['--reporter=json', '--max-diagnostics=none', ...rules.map((r) => `--only=${r}`)]
  const { stdout } = spawnSync(biome, ['lint', ...options, '.'], { cwd: folder, encoding: 'utf8' })
  const report: { diagnostics: { location: { path: string } }[] } = JSON.parse(stdout)
  return new Set(report.diagnostics.map(({ location }) => location.path))
}

function write(folder: string, { path, content }: Probe): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

describe('the layers of biome.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-layers-'))
  let refused: ReadonlySet<string>

  beforeAll(() => {
    copyFileSync(join(project, 'biome.json'), join(folder, 'biome.json'))
    for (const each of probes) write(folder, each)
    refused = refusedIn(folder)
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  const folders = [...new Set(probes.map(({ path }) => dirname(path)))]

  test.each(folders)('%s imports and uses what its row allows, and nothing else', (layer) => {
    const own = probes.filter(({ path }) => dirname(path) === layer)
    const wronglyRefused = own.filter(({ path, isAllowed }) => isAllowed && refused.has(path))
    const wronglyAllowed = own.filter(({ path, isAllowed }) => !isAllowed && !refused.has(path))
    expect({ wronglyRefused, wronglyAllowed }).toEqual({ wronglyRefused: [], wronglyAllowed: [] })
  })
})

test.for([
  ['node', `from 'node:|require\\(`],
  ['quickjs', `from 'netwright:|import\\('netwright:`],
] as const)(
  'nothing but the host port of %s imports modules of that engine',
  ([engine, pattern]) => {
    const search = ['-rlE', pattern, 'src', 'plugins', 'ipam', '--include=*.ts']
    const found = execFileSync('grep', search, { cwd: project, encoding: 'utf8' })
    const others = found.split('\n').filter((path) => !path.startsWith(`src/host/${engine}`))
    expect(others).toEqual([''])
  },
)
