import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files that take long: begun last, each would end alone. */
const longest = ['kiwoom-quota', 'killed-backfill', 'cold-start', 'stopping', 'ledger-chaos', 'service-mode-redis'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      longest.some((name) => moduleId.includes(`/${name}.test`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const project = (name: string, options: Record<string, unknown> = {}) => ({
  test: {
    name,
    include: ['packages/*', 'eslint-plugin-api-hub', '.'].map((home) => `${home}/test/${name}/**/*.test.ts`),
    expect: { requireAssertions: true },
    ...options,
  },
});

const redisServers = { globalSetup: ['test/support/redis-servers.ts'] };

/** Tests are sorted by what they cost. Cross-package imports go through the built packages, so build first. */
export default defineConfig({
  test: {
    allowOnly: false,
    sequence: { sequencer: LongestFirst },
    // Files mostly wait for processes and sockets; by default two cores would run them one by one, and with two at a time they still idle for a quarter of it.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      // Nothing of these tests outlives them, so their files share what they import: up to half of the time was loading.
      project('unit', { isolate: false, testTimeout: 15_000 }),
      project('contract', { isolate: false, ...redisServers, testTimeout: 20_000 }),
      project('integration', { isolate: false, ...redisServers, testTimeout: 60_000, hookTimeout: 60_000 }),
      project('system', { ...redisServers, testTimeout: 300_000, hookTimeout: 120_000 }),
    ],
  },
});
