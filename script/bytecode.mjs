/**
 * Compiles the TypeScript into what the executable embeds, below build/scripts: modules.cc with the
 * bytecode, positions.cc with the way back from it to the TypeScript, no-positions.cc without.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const project = fileURLToPath(new URL('..', import.meta.url))
const scripts = join(project, 'build/scripts')
const bundle = join(scripts, 'bundle')
/** Bytecode is the same for every 64-bit little-endian machine, so that of the build machine serves. */
const compiler = resolve(
  process.env.QUICKJS_ROOT ??
    join(
      project,
      'node_modules/@suchipi/quickjs/build',
      `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`,
    ),
  'bin/qjsc',
)

await bundleScripts()
const modules = readdirSync(bundle)
  .filter((name) => name.endsWith('.js'))
  .sort()
writeFileSync(join(scripts, 'modules.cc'), modulesSource(compile()))
writeFileSync(join(scripts, 'positions.cc'), positionsSource(modules))
writeFileSync(join(scripts, 'no-positions.cc'), positionsSource([]))

async function bundleScripts() {
  rmSync(bundle, { recursive: true, force: true })
  mkdirSync(bundle, { recursive: true })
  await build({
    entryPoints: [{ in: 'src/entry-quickjs.ts', out: 'main' }],
    absWorkingDir: project,
    outdir: bundle,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    // QuickJS has no `using`; it is lowered.
    target: 'es2022',
    conditions: ['netwright-source'],
    external: ['netwright:engine'],
    // The names of chunks depend on paths, which have to be the same wherever packages really are.
    preserveSymlinks: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  })
}

/** qjsc's C source: an array for each module. What is imported on demand has to be named. */
function compile() {
  const output = join(scripts, 'qjsc.c')
  const named = modules.filter((name) => name !== 'main.js').flatMap((name) => ['-D', name])
  const external = ['-M', 'netwright:engine,netwright_engine']
  execFileSync(compiler, ['-c', '-m', ...external, ...named, '-o', output, 'main.js'], {
    cwd: bundle,
    stdio: 'inherit',
  })
  return readFileSync(output, 'utf8')
}

function modulesSource(compiled) {
  const arrays = []
  const rows = []
  for (const [position, name] of modules.entries()) {
    const bytes = bytesOf(compiled, name)
    arrays.push(`constexpr uint8_t module${position}[] = {${bytes.join(',')}};`)
    rows.push(
      `    {${JSON.stringify(name)}, module${position}, 0x${checksumOf(bytes).toString(16)}},`,
    )
  }
  return `// Written by script/bytecode.mjs.

#include "engine/modules.h"

namespace netwright::engine {

namespace {

${arrays.join('\n')}

constexpr EmbeddedModule table[] = {
${rows.join('\n')}
};

}  // namespace

constexpr std::span<const EmbeddedModule> embeddedModules = table;

}  // namespace netwright::engine
`
}

/** A module that several others import is compiled again for each; all of them are the same. */
function bytesOf(compiled, name) {
  const symbol = `qjsc_${basename(name, '.js').replaceAll(/[^A-Za-z0-9]/g, '_')}`
  const found = new RegExp(`uint8_t ${symbol}\\[\\d+\\] = \\{([^}]*)\\}`).exec(compiled)
  if (found === null) throw new Error(`qjsc has no bytecode of ${name}`)
  return found[1]
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(Number)
}

/** See native/engine/checksum.h. */
function checksumOf(bytes) {
  const lanes = 8
  const mask = (1n << 64n) - 1n
  const padded = Buffer.alloc((Math.floor(bytes.length / (8 * lanes)) + 1) * 8 * lanes)
  padded.set(bytes)
  const sums = new Array(lanes).fill(0n)
  for (let word = 0; word < padded.length / 8; word++) {
    const lane = word % lanes
    sums[lane] = (3n * sums[lane] + padded.readBigUInt64LE(word * 8)) & mask
  }
  return sums.reduce(
    (whole, sum) => ((whole ^ sum) * 0x9e3779b97f4a7c15n) & mask,
    BigInt(bytes.length),
  )
}

function positionsSource(names) {
  const sources = new Map()
  const arrays = []
  const rows = []
  for (const [number, name] of names.entries()) {
    const positions = positionsOf(name, sources)
    if (positions.length === 0) continue
    arrays.push(`constexpr Position positions${number}[] = {${positions.join(',')}};`)
    rows.push(`    {${JSON.stringify(name)}, positions${number}},`)
  }
  const table =
    rows.length === 0
      ? ''
      : `namespace {

${arrays.join('\n')}

constexpr ModulePositions table[] = {
${rows.join('\n')}
};

constexpr std::string_view sources[] = {
${[...sources.keys()].map((source) => `    ${JSON.stringify(source)},`).join('\n')}
};

}  // namespace
`
  const [positions, list] = rows.length === 0 ? ['{}', '{}'] : ['table', 'sources']
  return `// Written by script/bytecode.mjs.

#include "engine/positions.h"

namespace netwright::engine {

${table}
constexpr std::span<const ModulePositions> modulePositions = ${positions};
constexpr std::span<const std::string_view> positionSources = ${list};

}  // namespace netwright::engine
`
}

/** Where each stretch of a module begins and where it comes from, counted from 1. */
function positionsOf(name, sources) {
  const map = new SourceMap(JSON.parse(readFileSync(join(bundle, `${name}.map`), 'utf8')))
  const lines = readFileSync(join(bundle, name), 'utf8').split('\n')
  const positions = []
  let last
  for (const [line, text] of lines.entries()) {
    for (let column = 0; column < text.length; column++) {
      const entry = map.findEntry(line, column)
      if (entry.originalSource === undefined) continue
      const { originalSource, originalLine, originalColumn } = entry
      const place = `${originalSource}:${originalLine}:${originalColumn}`
      if (place === last) continue
      last = place
      const source = relative(project, join(bundle, originalSource))
      if (!sources.has(source)) sources.set(source, sources.size)
      const numbers = [line, column].map((number) => number + 1)
      const origin = [sources.get(source), originalLine + 1, originalColumn + 1]
      positions.push(`{${[...numbers, ...origin].join(',')}}`)
    }
  }
  return positions
}
