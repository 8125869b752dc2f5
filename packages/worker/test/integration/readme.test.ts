import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { demoKeys, startBrokerSim } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { expect, onTestFinished, test } from 'vitest';

const folder = new URL('../../', import.meta.url);

test('the example of the README runs', async () => {
  const text = await readFile(new URL('README.md', folder), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const sim = await startBrokerSim({ network: 'none', keys: [key] });
  onTestFinished(() => sim.close());
  const directory = await mkdtemp(join(tmpdir(), 'hub-readme-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  // The example names its queues as everybody does, so it gets servers of its own.
  const redis = await startPrivateRedis({ isolated: true });
  onTestFinished(() => redis.close());
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    timeout: 30_000,
    env: {
      ...{
        PATH: process.env.PATH,
        REDIS_URL: redis.mainUrl,
        REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
        HUB_KIS_BASE_URL: sim.url,
      },
      ...{ HUB_KIS_APP_KEY: key.appKey, HUB_KIS_APP_SECRET: key.appSecret, DB: join(directory, 'market.duckdb') },
    },
  });
  expect(stdout).toMatch(/windows: 2,[\s\S]*failed: \[\]/);
});
