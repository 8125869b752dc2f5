import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { packError } from '../../src/error/index.js';
import { errors } from '../../src/index.js';
import { keysOf, readReply, type Outcome } from '../../src/service/contract.js';
import { scripts } from '../../src/service/redis/scripts.generated.js';
import { openCallDesk } from '../../src/service/index.js';
import { freshKeyId, portTo } from '../support/world.js';

const url = redisUrls().main;
const prefix = `test:${freshKeyId()}`;
const keys = keysOf(prefix);
const desk = openCallDesk({ url, prefix, onError: () => undefined });
const redis = portTo('main', url);
const raw = new Redis(url);
afterAll(async () => {
  await Promise.all([desk.close(), redis.close()]);
  raw.disconnect();
});

const state = { callId: '', runId: '', nowMs: 0 };
beforeEach(async () => {
  const [seconds] = await raw.time();
  state.callId = freshKeyId();
  state.runId = await redis.runId();
  state.nowMs = Number(seconds) * 1_000;
});

const call = (inMs = 10_000) => ({ callId: state.callId, deadlineAt: state.nowMs + inMs, replyTo: 'me' });
const offer = (runId = state.runId) => redis.run(scripts.offer, [keys.fence(state.callId)], [runId, 60_000]);
const withdraw = (runId = state.runId) =>
  redis.run(
    scripts.withdraw,
    [keys.marker(state.callId), keys.fence(state.callId)],
    [runId, 60_000, keys.cancel('kis'), state.callId],
  );
const answer: Outcome = { kind: 'failure', failure: packError(new errors.HubClosed()) };

describe('a call in the hand of a worker', () => {
  it('may be made until its deadline', async () => {
    expect(await desk.take(call(), false)).toEqual({
      kind: 'make',
      leftMs: expect.toSatisfy((ms: number) => ms > 8_000),
    });
    expect(await desk.take(call(-1), false)).toEqual({ kind: 'late' });
  });

  it('is over when it was answered, by anybody, and is answered once', async () => {
    expect(await desk.deliver(call(), answer)).toBe(true);
    expect(await desk.take(call(), false)).toEqual({ kind: 'over' });
    expect(await desk.deliver(call(), answer)).toBe(false);
    const entries = await raw.xrange(keys.replies('me'), '-', '+');
    const own = entries.map(([, fields]) => readReply(fields[1] ?? '')).filter(({ callId }) => callId === state.callId);
    expect(own).toEqual([{ v: 1, callId: state.callId, outcome: answer }]);
  });

  it('is over when its caller has gone, and its answer is told to nobody', async () => {
    expect(await withdraw()).toBe('lost');
    expect(await desk.take(call(), false)).toEqual({ kind: 'over' });
    expect(await desk.deliver(call(), answer)).toBe(false);
  });

  it('is told of callers that go', async () => {
    const gone = new Promise<string>((resolve) => void desk.onCancel('kis', resolve).then(() => withdraw()));
    expect(await gone).toBe(state.callId);
  });
});

describe('the leave to send an order', () => {
  it('is given to one pick-up, which may ask again', async () => {
    await offer();
    expect(await desk.take(call(), true)).toMatchObject({ kind: 'make' });
    expect(await desk.start(call(), 'first')).toBe('go');
    expect(await desk.start(call(), 'first')).toBe('go');
  });

  it('is taken from it by the second, and then nobody has it', async () => {
    await offer();
    await desk.start(call(), 'first');
    expect(await desk.take(call(), true)).toEqual({ kind: 'unknown' });
    expect(await desk.start(call(), 'first')).toBe('taken');
    expect(await desk.start(call(), 'second')).toBe('taken');
  });

  it('that two ask for, one of them late, is not given to both', async () => {
    await offer();
    expect(await desk.start(call(), 'second')).toBe('go');
    expect(await desk.start(call(), 'first')).toBe('taken');
  });

  it('ends with the deadline', async () => {
    await offer();
    expect(await desk.start(call(-1), 'first')).toBe('late');
    expect(await withdraw()).toBe('unsent');
  });

  it('is the caller’s until it is given: then it knows that nothing was sent, and nothing is', async () => {
    await offer();
    expect(await withdraw()).toBe('unsent');
    expect(await desk.start(call(), 'first')).toBe('over');
    expect(await desk.take(call(), true)).toEqual({ kind: 'over' });
  });

  it('that was given makes the caller unsure, and is worth nothing any more', async () => {
    await offer();
    await desk.start(call(), 'first');
    expect(await withdraw()).toBe('started');
    expect(await desk.start(call(), 'first')).toBe('over');
  });

  it('cannot be withdrawn when the answer is there', async () => {
    await offer();
    await desk.start(call(), 'first');
    await desk.deliver(call(), answer);
    expect(await withdraw()).toBe('answered');
  });

  it.each([
    ['has forgotten it', () => Promise.resolve()],
    ['is another one than that of the offer', () => offer('run-id-of-before')],
  ])('is never given by a server that %s', async (_name, arrange) => {
    await arrange();
    expect(await desk.take(call(), true)).toEqual({ kind: 'unknown' });
    expect(await desk.start(call(), 'first')).toBe('lost');
    expect(await withdraw()).toBe('lost');
  });
});

describe('workers', () => {
  const look = async () =>
    (await redis.run(scripts.look, [keys.workers('kis'), keys.workers('kiwoom')], [])) as [string, ...number[]];

  it('are seen while they are there, and remembered when they have ended', async () => {
    expect((await look()).slice(1)).toEqual([-1, -1, -1, -1]);
    await desk.attend('kis');
    const [now, there, seen, ...kiwoom] = await look();
    expect(Math.abs(Number(now) - state.nowMs)).toBeLessThan(5_000);
    expect(there).toBeLessThan(1_000);
    expect(seen).toBe(there);
    expect(kiwoom).toEqual([-1, -1]);
    await desk.leave();
    expect(await look()).toEqual([expect.any(String), -1, expect.toSatisfy((ms: number) => ms < 1_000), -1, -1]);
  });
});
