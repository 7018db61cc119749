/** Programs for the executable's engine. */

import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Bundles a source of the project, with what it loads on demand beside it; returns the program's path. */
export function bundleForEngine(source: string, folder: string): string {
  buildSync({
    entryPoints: [join(project, source)],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    // It has no `using` yet.
    target: 'es2022',
    conditions: ['netwright-source'],
    external: ['netwright:engine'],
  })
  return join(folder, basename(source, '.ts').concat('.js'))
}
