import { defineConfig } from 'vitest/config';

const project = (name: string, options: Record<string, unknown> = {}) => ({
  test: {
    name,
    include: [`packages/*/test/${name}/**/*.test.ts`, `test/${name}/**/*.test.ts`],
    ...options,
  },
});

/** Tests are sorted by what they cost. Cross-package imports go through the built packages, so build first. */
export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('contract', { globalSetup: ['test/support/redis-servers.ts'], testTimeout: 20_000 }),
      project('integration', { globalSetup: ['test/support/redis-servers.ts'], testTimeout: 60_000, hookTimeout: 60_000 }),
      project('system', {
        globalSetup: ['test/support/redis-servers.ts'],
        testTimeout: 300_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
});
