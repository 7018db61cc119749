import { defineConfig } from 'vitest/config'

const sourceCondition = 'netwright-source'
const resolve = { conditions: [sourceCondition, 'node', 'import', 'default'] }
const ssr = { resolve: resolve }

/** A room of the test house (docs/testing.md): a name and the tests in it. */
function room(name: string, ...include: string[]) {
  return {
    resolve,
    ssr,
    oxc: { target: 'es2022' as const },
    test: { name, include, pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 },
  }
}

export default defineConfig({
  test: {
    projects: [
      room('unit', 'test/unit/**/*.test.ts'),
      room('kernel', 'test/kernel/**/*.test.ts'),
      room('plugins', 'test/plugins/**/*.test.ts'),
      room('ipam', 'test/ipam/**/*.test.ts'),
      room('package', 'test/package/**/*.test.ts'),
      room('vm', 'test/vm/**/*.test.ts'),
    ],
  },
})
