import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { freshKeyId } from '../support/world.js';

const folder = new URL('../../', import.meta.url);

/** Runs a program that imports the built package and ends by itself; what it prints is JSON. */
const run = async (code: string): Promise<unknown> => {
  const { main, gatekeeper } = redisUrls();
  const program = `import { createRequire } from 'node:module';
    import { createHub } from '@hub/client';
    const { cache } = createRequire(import.meta.url);
    const loaded = (name) => Object.keys(cache).some((path) => path.includes('/node_modules/' + name + '/'));
    const redis = { main: '${main}', gatekeeper: '${gatekeeper}' };
    const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };
    ${code}`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: {},
    timeout: 30_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

it('BullMQ is never loaded by a hub that makes its calls itself', async () => {
  // The port is closed: the call fails, but only after the token, the ledger and the transport were put to work.
  const told = await run(`
    const kis = { appKey: 'PS${freshKeyId()}', appSecret: 's', baseUrl: 'http://127.0.0.1:1' };
    const hub = createHub({ redis, kis, retries: 0 });
    const code = await hub.kis.call('inquire-price', price).catch((error) => error.code);
    await hub.close();
    console.log(JSON.stringify({ code, bullmq: loaded('bullmq'), ioredis: loaded('ioredis') }));`);
  expect(told).toEqual({ code: 'HUB_BROKER_UNREACHABLE', bullmq: false, ioredis: true });
});

it('BullMQ is loaded by the first call in service mode, not before; and the program ends by itself', async () => {
  const told = await run(`
    const hub = createHub({ mode: 'service', redis: { main: redis.main } }, { queuePrefix: 'test:${freshKeyId()}' });
    const before = loaded('bullmq');
    const code = await hub.kis.call('inquire-price', price, { deadlineMs: 1_500 }).catch((error) => error.code);
    const after = loaded('bullmq');
    await hub.close();
    await hub.close();
    console.log(JSON.stringify({ code, before, after }));`);
  expect(told).toEqual({ code: 'HUB_SERVICE_AWAY', before: false, after: true });
});
