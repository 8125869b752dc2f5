// A RestApiWorker that notices a dead neighbour within seconds instead of the usual ten. Settings from the environment.
import { createHub } from '@hub/client';
import { startService } from '@hub/worker';

const hub = createHub();
await startService({ redisUrl: process.env.REDIS_URL, hub, lockMs: 1_000 });
process.stdout.write('ready\n');
