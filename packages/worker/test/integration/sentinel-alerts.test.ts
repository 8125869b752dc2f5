// Whom a Sentinel tells of what it could not mend.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';

import { openFeedPublisher } from '../../src/process/feed-publisher.js';
import { alertChannel, type Alert } from '../../src/sentinel/alerts.js';
import type { SentinelEvent } from '../../src/sentinel/event.js';
import { startSentinel } from '../../src/sentinel/sentinel.js';
import { openStage } from '../support/stage.js';

const openMs = Date.parse('2026-11-06T09:00:00+09:00');

/** A webhook that keeps what it is told. */
const openHook = async (status = 200) => {
  const bodies: { text: string; content: string }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => (text += more));
    request.on('end', () => {
      bodies.push(JSON.parse(text) as (typeof bodies)[number]);
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { bodies, url: `http://127.0.0.1:${String(port)}/services/secret-path` };
};

/** A writer, no worker, and holes of trades and books. */
const openHoles = async (symbols: readonly string[]) => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId, store } = stage;
  await stage.start({ store: { store, id: storeId } });
  const listener = new Redis(redisUrl);
  onTestFinished(() => listener.disconnect());
  const alerts: Alert[] = [];
  listener.on('message', (_channel, message) => {
    const alert = JSON.parse(message) as Alert;
    if (alert.storeId === storeId) alerts.push(alert);
  });
  await listener.subscribe(alertChannel);
  const sink = await openFeedPublisher({ redisUrl, prefix, storeId });
  onTestFinished(() => sink.close());
  const gaps = symbols.flatMap((symbol) =>
    (['trade', 'book'] as const).map((kind) => ({
      ...({ id: randomUUID(), kind, symbol, venue: 'KRX', cause: 'disconnect', missing: null } as const),
      ...{ sinceMs: openMs + 60_000, untilMs: openMs + 90_000 },
    })),
  );
  const provenance = {
    broker: 'kis',
    source: 'WS_KIS',
    keyId: null,
    receivedAtMs: openMs,
    normaliserVersion: 1,
  } as const;
  await sink.write({ batchId: randomUUID(), provenance, gaps, ticks: [], books: [] }, AbortSignal.timeout(10_000));
  const events: SentinelEvent[] = [];
  const watch = async (alertWebhook?: string) => {
    const sentinel = await startSentinel({
      ...{ redisUrl, prefix, storeId, now: () => openMs + 3_600_000 },
      ...{ served: () => Promise.resolve([]), onEvent: (event) => events.push(event) },
      ...(alertWebhook === undefined ? {} : { alertWebhook }),
    });
    onTestFinished(() => sentinel.close());
    return sentinel;
  };
  return { alerts, events, watch };
};

test('holes that wait for a worker are told once, on the channel and at the webhook, in one message', async () => {
  const hook = await openHook();
  const { alerts, events, watch } = await openHoles(['005930', '000660']);
  const sentinel = await watch(hook.url);
  await expect.poll(() => events.filter(({ kind }) => kind === 'hole-ended').length, { timeout: 10_000 }).toBe(4);
  // What waits for others is sent at the end.
  await sentinel.close();
  expect(alerts).toMatchObject([{ v: 1, kind: 'stuck', text: /no worker has its keys/ }]);
  expect(hook.bodies).toHaveLength(1);
  const [{ text, content } = { text: '', content: '' }] = hook.bodies;
  expect(text).toBe(content);
  expect(text).toMatch(
    /^\[API Hub\] stuck: trade \d{6} KRX 2026-11-06 09:01:00 to 09:01:30 KST is not filled: kis: no worker/,
  );
});

test('a webhook that refuses is told without its address, and nothing else suffers', async () => {
  const hook = await openHook(500);
  const { alerts, events, watch } = await openHoles(['005930']);
  const sentinel = await watch(hook.url);
  await expect.poll(() => events.filter(({ kind }) => kind === 'hole-ended').length, { timeout: 10_000 }).toBe(2);
  await sentinel.close();
  expect(alerts).toHaveLength(1);
  const errors = events.flatMap((event) => (event.kind === 'error' ? [event.message] : []));
  expect(errors).toEqual(['an alert was not delivered: the webhook answered 500']);
});

test('a webhook that is none is HUB_CONFIG before anything is opened', async () => {
  for (const alertWebhook of ['http://hooks.example.com/x', 'not a url', 'ftp://127.0.0.1/x']) {
    await expect(startSentinel({ redisUrl: 'redis://127.0.0.1:1', storeId: 'x', alertWebhook })).rejects.toMatchObject({
      code: 'HUB_CONFIG',
    });
  }
});
