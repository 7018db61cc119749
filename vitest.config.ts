import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const sourceCondition = 'netwright-source'
const resolve = { conditions: [sourceCondition, 'node', 'import', 'default'] }
const ssr = { resolve: resolve }

/** A room of the test house (docs/testing.md): a name and the tests in it. */
function room(name: string, include: string, env: Record<string, string> = {}) {
  return {
    resolve,
    ssr,
    oxc: { target: 'es2022' as const },
    test: {
      name,
      include: [include],
      env,
      pool: 'forks' as const,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  }
}

/** A room whose tests call plugins: once on each engine. */
function roomOfBoth(name: string, include: string) {
  return ['node', 'executable'].map((engine) =>
    room(`${name} on ${engine}`, include, { NETWRIGHT_ENGINE: engine }),
  )
}

export default defineConfig({
  test: {
    // Most tests wait for the kernel most of the time.
    maxWorkers: availableParallelism() + 2,
    projects: [
      room('unit', 'test/unit/**/*.test.ts'),
      room('kernel', 'test/kernel/**/*.test.ts'),
      ...roomOfBoth('plugins', 'test/plugins/**/*.test.ts'),
      ...roomOfBoth('ipam', 'test/ipam/**/*.test.ts'),
      room('datastores', 'test/datastores/**/*.test.ts'),
      room('engine', 'test/engine/**/*.test.ts'),
      room('package', 'test/package/**/*.test.ts'),
      // On the executable, because it starts sooner, which counts there.
      room('vm', 'test/vm/*.test.ts', { NETWRIGHT_ENGINE: 'executable' }),
      ...roomOfBoth('vm', 'test/vm/plugins/**/*.test.ts'),
    ],
  },
})
