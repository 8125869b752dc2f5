import { setTimeout as sleep } from 'node:timers/promises';

import { givenOrder, onMessage, tell, untilReleased } from '../harness/child.js';
import { epochMs } from '../harness/numbers.js';
import type { CallerOrder, CallRecord, Calling, Measure, Report, Up } from './call.js';
import { inFlight } from './cell.js';
import { hubCalling } from './hub-call.js';
import { peerCalling } from './peer-call.js';

/** One process that calls through one client: `caller.js <order>`, until it is let go. */
const order = givenOrder() as CallerOrder;
const end = new AbortController();
const records: CallRecord[] = [];
let up = false;

/** Calls granted within the measured time are answered by then, unless something hangs. */
const lastAnswersMs = 1_000;

const oneCall = async (calling: Calling): Promise<void> => {
  const askedAt = epochMs();
  let grantedAt: number | undefined;
  let sentAt = 0;
  const granted = (): void => {
    sentAt = epochMs();
    grantedAt ??= sentAt;
    if (up) return;
    up = true;
    tell({ kind: 'up', waitMs: grantedAt - askedAt } as Up);
  };
  await calling.call(granted);
  if (grantedAt !== undefined) records.push({ askedAt, grantedAt, sentAt, answeredAt: epochMs() });
};

const lane = async (calling: Calling): Promise<void> => {
  while (!end.signal.aborted) await oneCall(calling);
};

const eachSecond = async (calling: Calling): Promise<void> => {
  while (!end.signal.aborted) {
    // Waiting for the answer must not shift the next one.
    const called = oneCall(calling);
    // Awaited below, unless the end comes first.
    called.catch(() => undefined);
    await sleep(1_000 - (epochMs() % 1_000), undefined, { signal: end.signal });
    await called;
  }
};

const paces = {
  saturate: (calling: Calling) => Array.from({ length: inFlight }, () => lane(calling)),
  'each-second': (calling: Calling) => [eachSecond(calling)],
  once: (calling: Calling) => [oneCall(calling)],
} as const;

const measure = async ({ fromMs, toMs }: Measure): Promise<void> => {
  await sleep(fromMs - epochMs());
  const before = process.cpuUsage();
  await sleep(toMs - epochMs());
  const { user, system } = process.cpuUsage(before);
  await sleep(lastAnswersMs);
  const calls = records.filter(({ grantedAt }) => grantedAt >= fromMs && grantedAt < toMs);
  tell({ kind: 'report', calls, cpuMs: (user + system) / 1_000 } as Report);
};

onMessage('measure', (message) => void measure(message as Measure));
const { client } = order;
const calling = client === 'hub' ? hubCalling(order, end.signal) : await peerCalling(client, order, end.signal);
const running = paces[order.pace](calling).map((each) =>
  each.catch((error: unknown) => {
    if (!end.signal.aborted) process.stderr.write(`${client}: ${String(error)}\n`);
  }),
);
await untilReleased();
end.abort();
// A peer's waiters know no signal: what they wait for ends with their connections.
if (client === 'hub') await Promise.all(running);
await Promise.race([calling.close().catch(() => undefined), sleep(2_000)]);
process.exit();
