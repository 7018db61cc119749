/** Builds dist/: an entry for each plugin type, the library, and the library's declarations. */

import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const project = fileURLToPath(new URL('..', import.meta.url))
const dist = join(project, 'dist')
const types = join(dist, 'types')
const compiler = join(project, 'node_modules/typescript/bin/tsc')

/** The folders of `folder` that hold a plugin: their names are the plugins' types. */
function pluginTypes(folder) {
  return readdirSync(join(project, folder)).filter((type) =>
    existsSync(join(project, folder, type, 'plugin.ts')),
  )
}

/** A plugin's program is the same source under another name, which tells it what to be. */
const entryPoints = [
  ...['plugins', 'ipam'].flatMap((folder) =>
    pluginTypes(folder).map((type) => ({ in: 'src/entry-node.ts', out: `${folder}/${type}` })),
  ),
  { in: 'src/entry-node.ts', out: 'netwright' },
  { in: 'src/entry-library.ts', out: 'library' },
]

const { metafile } = await build({
  entryPoints,
  absWorkingDir: project,
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // Node.js 20 has no `using`; it is lowered.
  target: 'node20',
  conditions: ['netwright-source'],
  external: ['node-gyp-build'],
  // Its form for Node.js is CommonJS, which loads modules of Node.js as no ES module can.
  alias: { yaml: join(project, 'node_modules/yaml/browser/index.js') },
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
})

// What an earlier build left is removed only now, as programs of it may be running.
const outputs = Object.keys(metafile.outputs).map((path) => relative('dist', path))
const built = new Set(outputs)
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = relative(dist, join(entry.parentPath ?? entry.path, entry.name))
  const isOurs = !path.startsWith('types/') && !path.startsWith('bin/')
  if (entry.isFile() && isOurs && !built.has(path)) rmSync(join(dist, path))
}

copyFileSync(join(project, 'node_modules/yaml/LICENSE'), join(dist, 'LICENSE-yaml'))

rmSync(types, { recursive: true, force: true })
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.types.json'], {
  cwd: project,
  stdio: 'inherit',
})
