// A worker to be stopped or killed around the moment at which an order leaves. It tells each step on stdout, and goes on
// after a line on stdin: `before`: between the pick-up and the leave; `after`: between the leave and the answer.
import { once } from 'node:events';

import { startService } from '@hub/worker';

const [redisUrl, prefix, where] = process.argv.slice(2);
const say = (word) => process.stdout.write(`${word}\n`);

const page = async (_endpoint, _page, options) => {
  say('picked');
  if (where === 'before') await once(process.stdin, 'data');
  try {
    await options.beforeSend();
  } catch (error) {
    say(error.message);
    throw error;
  }
  say('sent');
  if (where === 'after') await once(process.stdin, 'data');
  const from = { receivedAt: Date.now(), requestId: 'child', tr: 'TTTC0012U', keyId: '0123456789ab' };
  return { status: 200, headers: {}, body: { rt_cd: '0', by: 'child' }, ...from };
};

const hub = { brokers: ['kis'], kis: { page }, kiwoom: { page }, admit: () => ({}) };
await startService({ redisUrl, prefix, hub, lockMs: 1_000 });
say('ready');
