// A worker to be killed that calls a simulated broker: its options are the only argument.
import { createHub } from '@hub/client';
import { startService } from '@hub/worker';

const { redis, prefix, key, baseUrl } = JSON.parse(process.argv[2]);
const hub = createHub({ redis, kis: { ...key, baseUrl } }, { env: {} });
await startService({ redisUrl: redis.main, prefix, hub, lockMs: 1_000, concurrency: 1 });
process.stdout.write('ready\n');
