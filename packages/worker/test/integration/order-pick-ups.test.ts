import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { errors } from '@hub/client';
import { expect, onTestFinished, test, vi } from 'vitest';

import { answerWith, keyless, order, price, reasonOf } from '../support/keyless.js';
import { scriptedHub, type Answering } from '../support/scripted-hub.js';
import { openStage, type Stage } from '../support/stage.js';

const script = fileURLToPath(new URL('../support/order-worker.mjs', import.meta.url));

/** A worker in a process of its own that stands still before or after an order leaves. */
const standing = async ({ redisUrl, prefix }: Stage, where: 'before' | 'after') => {
  const child = spawn(process.execPath, [script, redisUrl, prefix, where], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const words: string[] = [];
  createInterface({ input: child.stdout }).on('line', (word) => words.push(word));
  const said = (word: string) =>
    vi.waitFor(() => expect(words).toContainEqual(expect.stringContaining(word)), { timeout: 20_000, interval: 10 });
  await said('ready');
  return {
    words,
    said,
    signal: (name: NodeJS.Signals) => child.kill(name),
    goOn: () => child.stdin.write('go\n'),
  };
};

const leaving = () =>
  vi.fn<Answering>(async (_endpoint, _page, { beforeSend }) => {
    await beforeSend?.();
    return answerWith({ by: 'the second' });
  });

test('an order whose worker was killed before it left is sent by another, once', async () => {
  const stage = await openStage();
  const worker = await standing(stage, 'before');
  const call = keyless(stage).kis.call('order-cash-buy', order);
  await worker.said('picked');
  worker.signal('SIGKILL');
  const answering = leaving();
  await stage.start({ hub: scriptedHub(undefined, answering) });
  expect((await call).body).toEqual({ by: 'the second' });
  expect(answering).toHaveBeenCalledOnce();
});

test('an order whose worker was killed after it left is not sent again: the outcome is unknown', async () => {
  const stage = await openStage();
  const worker = await standing(stage, 'after');
  const call = reasonOf(keyless(stage).kis.call('order-cash-buy', order));
  await worker.said('sent');
  worker.signal('SIGKILL');
  const answering = leaving();
  await stage.start({ hub: scriptedHub(undefined, answering) });
  const reason = await call;
  expect(reason).toBeInstanceOf(errors.OutcomeUnknown);
  expect(reason).toMatchObject({ remedy: expect.stringContaining('inquire-daily-ccld') });
  expect(answering).not.toHaveBeenCalled();
});

test('a worker that was stopped before an order left does not send it after another one has', async () => {
  const stage = await openStage();
  const worker = await standing(stage, 'before');
  const call = keyless(stage).kis.call('order-cash-buy', order);
  await worker.said('picked');
  worker.signal('SIGSTOP');
  const answering = leaving();
  await stage.start({ hub: scriptedHub(undefined, answering) });
  expect((await call).body).toEqual({ by: 'the second' });
  worker.goOn();
  worker.signal('SIGCONT');
  await worker.said('no leave to send: taken');
  expect(worker.words).not.toContain('sent');
});

test('a worker that was stopped after an order left does not answer after another one has', async () => {
  const stage = await openStage();
  const hub = keyless(stage);
  const worker = await standing(stage, 'after');
  const call = reasonOf(hub.kis.call('order-cash-buy', order));
  await worker.said('sent');
  worker.signal('SIGSTOP');
  const service = await stage.start({ hub: scriptedHub(undefined, async () => answerWith({})) });
  expect(await call).toBeInstanceOf(errors.OutcomeUnknown);
  await service.close();
  worker.goOn();
  worker.signal('SIGCONT');
  // It goes on, and takes the next call; the hub hears of that one alone.
  const next = hub.kis.call('order-cash-sell', order);
  await vi.waitFor(() => expect(worker.words.filter((word) => word === 'sent')).toHaveLength(2), { timeout: 20_000 });
  worker.goOn();
  expect((await next).body).toEqual({ rt_cd: '0', by: 'child' });
});

test('a read whose worker was killed is made again', async () => {
  const stage = await openStage();
  const worker = await standing(stage, 'before');
  const call = keyless(stage).kis.call('inquire-price', price);
  await worker.said('picked');
  worker.signal('SIGKILL');
  await stage.start({ hub: scriptedHub(undefined, async () => answerWith({ by: 'the second' })) });
  expect((await call).body).toEqual({ by: 'the second' });
});
