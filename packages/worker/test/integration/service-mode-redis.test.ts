import { createHub, errors } from '@hub/client';
import { expect, onTestFinished, test, vi } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { answerWith, keyless, order, price, reasonOf } from '../support/keyless.js';
import { gate, scriptedHub, untilAborted } from '../support/scripted-hub.js';
import { openStage } from '../support/stage.js';

const patient = { timeout: 15_000, interval: 20 };

test('a main Redis that is away is told within seconds, and no password', async () => {
  const hub = createHub({ mode: 'service', redis: { main: 'redis://user:hunter2@127.0.0.1:1' } }, { env: {} });
  onTestFinished(() => hub.close());
  const startedAt = performance.now();
  const reasons = await Promise.all([
    reasonOf(hub.kis.call('inquire-price', price)),
    reasonOf(hub.kis.call('order-cash-buy', order)),
  ]);
  expect(performance.now() - startedAt).toBeLessThan(5_500);
  for (const reason of reasons) {
    expect(reason).toBeInstanceOf(errors.RedisUnreachable);
    expect(String(reason)).not.toContain('hunter2');
  }
});

test('close does not wait for a main Redis that is away', async () => {
  const hub = createHub({ mode: 'service', redis: { main: 'redis://127.0.0.1:1' } }, { env: {} });
  const call = reasonOf(hub.kis.call('inquire-price', price));
  const startedAt = performance.now();
  await hub.close();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(await call).toMatchObject({ code: 'HUB_CLOSED' });
});

test('a main Redis that dies and comes back empty: reads are made, orders are unknown, new calls work', async () => {
  await using pair = await startRedisPair();
  const stage = await openStage(pair.mainUrl);
  let standing = true;
  const answering = vi.fn(async (_endpoint: string, _page: object, options: { signal?: AbortSignal }) =>
    standing ? untilAborted(options.signal) : answerWith({ after: 'the restart' }),
  );
  await stage.start({ hub: scriptedHub(undefined, answering) });
  const hub = keyless(stage);
  const read = hub.kis.call('inquire-price', price);
  const bought = reasonOf(hub.kis.call('order-cash-buy', order));
  await vi.waitFor(() => expect(answering).toHaveBeenCalledTimes(2), patient);
  await pair.killMain('SIGKILL');
  standing = false;
  await pair.restartMain();
  expect((await read).body).toEqual({ after: 'the restart' });
  expect(await bought).toBeInstanceOf(errors.OutcomeUnknown);
  expect((await hub.kis.call('inquire-price', price)).status).toBe(200);
  // Neither the order nor anything else of before was given to a broker a second time.
  expect(answering.mock.calls.filter(([endpoint]) => endpoint === 'order-cash-buy')).toHaveLength(1);
});

test('an answer that is ready while the main Redis stands still arrives when it goes on', async () => {
  await using pair = await startRedisPair();
  const stage = await openStage(pair.mainUrl);
  const [picked, goOn] = [gate(), gate()];
  await stage.start({
    hub: scriptedHub(undefined, async () => {
      picked.open();
      await goOn.opened;
      return answerWith({ patience: 'pays' });
    }),
  });
  const call = keyless(stage).kis.call('inquire-price', price);
  await picked.opened;
  await pair.killMain('SIGSTOP');
  goOn.open();
  const timer = setTimeout(() => void pair.killMain('SIGCONT'), 2_000);
  onTestFinished(() => clearTimeout(timer));
  expect((await call).body).toEqual({ patience: 'pays' });
});

test('a main Redis that stays away ends the calls that wait', async () => {
  await using pair = await startRedisPair();
  const stage = await openStage(pair.mainUrl);
  const picked = gate();
  const service = await stage.start({
    hub: scriptedHub(undefined, (_endpoint, _page, { signal }) => {
      picked.open();
      return untilAborted(signal);
    }),
  });
  const hub = keyless(stage);
  const call = reasonOf(hub.kis.call('inquire-price', price));
  await picked.opened;
  await pair.killMain('SIGKILL');
  expect(await call).toBeInstanceOf(errors.RedisUnreachable);
  await hub.close();
  await service.close();
});
