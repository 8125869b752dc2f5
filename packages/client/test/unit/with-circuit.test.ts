import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from '../../src/circuit/circuit-breaker.js';
import type { CircuitStore } from '../../src/circuit/contract.js';
import {
  AnswerUnreadable,
  BrokerUnreachable,
  CallAborted,
  PermitExpired,
  RedisUnreachable,
  TokenRefused,
} from '../../src/error/index.js';
import { BeforeSend } from '../../src/request/contract.js';
import type { Notice } from '../../src/runtime/notice.js';
import { fault, openedBy, policy, processWith, timeout, world } from '../support/circuit-process.js';

describe('a broker that does not answer', () => {
  it('is asked no more by any process: calls end at once, and say who, since when, and until when', async () => {
    const { clock, one, other } = world();
    await other.call();
    await openedBy(one);
    await clock.advance(100);
    for (const process of [one, other]) {
      const before = process.sent.length;
      expect(await process.call()).toMatchObject({
        code: 'HUB_CIRCUIT_OPEN',
        message:
          'kis: no answer by key a (real) since 2026-11-28T00:00:00.000Z, last HUB_TIMEOUT; not sent, as nothing is before 2026-11-28T00:00:01.000Z',
        account: 'kis:real:a',
        since: Date.parse('2026-11-28T00:00:00Z'),
        until: Date.parse('2026-11-28T00:00:01Z'),
        retryAfterMs: 900,
      });
      expect(process.sent).toHaveLength(before);
    }
  });

  it('is told of in each process, and so is its return', async () => {
    const { clock, one, other } = world();
    await other.call();
    await openedBy(one);
    await clock.advance(1_000);
    await other.call();
    const since = Date.parse('2026-11-28T00:00:00Z');
    const told = [
      { kind: 'circuit-open', account: 'kis:real:a', since, forMs: 1_000, tries: 0, code: 'HUB_TIMEOUT' },
      { kind: 'circuit-closed', account: 'kis:real:a', afterMs: 1_000 },
    ];
    expect(one.notices).toEqual(told);
    expect(other.notices).toEqual(told);
  });

  it('closes the way for a process that starts later, from its first call on', async () => {
    const { clock, store, one } = world();
    await openedBy(one);
    const late = processWith(store, clock);
    expect(await late.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
    expect(late.sent).toEqual([]);
  });

  it('costs only the key that it does not answer: calls go by another one, orders too', async () => {
    const { one } = world();
    await openedBy(one);
    expect(await one.call(['a', 'b'])).toBe('b');
    expect(await one.call(['a', 'b'], false)).toBe('b');
  });

  it('keeps what waited for its turn from leaving, and another key takes it over', async () => {
    const { clock, one, other } = world();
    await other.call();
    let turn = (): void => undefined;
    other.state.turn = () =>
      new Promise((resolve) => {
        turn = resolve;
      });
    const alone = other.call(['a']);
    await clock.advance(0);
    await openedBy(one);
    turn();
    expect(await alone).toMatchObject({ cause: { code: 'HUB_CIRCUIT_OPEN' } });
    expect(other.sent).toEqual(['a']);
  });
});

describe('the way back', () => {
  it('is tried by one call of one process, and an answer opens it for all', async () => {
    const { clock, one, other } = world();
    await other.call();
    await openedBy(one);
    await clock.advance(1_000);
    let answer = (): void => undefined;
    one.state.next = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const before = other.sent.length;
    const probing = one.call();
    await clock.advance(0);
    expect(await other.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
    expect(await one.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
    expect(other.sent).toHaveLength(before);
    answer();
    expect(await probing).toBe('a');
    expect(await other.call()).toBe('a');
  });

  it('is tried less and less often while the calls that try it fail', async () => {
    const { clock, one } = world();
    await openedBy(one);
    one.fails(timeout);
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await clock.advance(2 ** attempt * 1_000);
      await one.call();
      const last = one.notices.at(-1);
      if (last?.kind === 'circuit-open') pauses.push(last.forMs);
    }
    expect(pauses).toEqual([2_000, 4_000, 4_000, 4_000]);
    expect(one.sent).toHaveLength(3 + 4);
  });

  it('is given to the next call when the one that tried it never reached the broker', async () => {
    const { clock, one } = world();
    await openedBy(one);
    await clock.advance(1_000);
    one.fails(new BeforeSend(new PermitExpired()));
    await one.call();
    one.state.next = () => Promise.resolve();
    await clock.advance(1_000);
    expect(await one.call()).toBe('a');
  });

  it('is no business of an order that another key can make', async () => {
    const { clock, one } = world();
    await openedBy(one);
    await clock.advance(1_000);
    expect(await one.call(['a', 'b'], false)).toBe('b');
    expect(await one.call(['a', 'b'])).toBe('a');
  });

  it('is found by a process that missed the news', async () => {
    const { clock, store, one } = world();
    const deaf = processWith({ ...store, listen: () => Promise.resolve(() => undefined) }, clock);
    await openedBy(deaf);
    await store.heal('kis:real:a');
    expect(await deaf.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
    await clock.advance(1_000);
    expect(await deaf.call()).toBe('a');
    expect(await one.call()).toBe('a');
  });
});

describe('what counts', () => {
  it.each([
    ['a deadline', timeout],
    ['a connection that breaks', new BrokerUnreachable('inquire-price', 'reset', true)],
    ['no connection', new BeforeSend(new BrokerUnreachable('inquire-price', 'refused', false))],
    ['an error page of a gateway', new AnswerUnreadable('inquire-price', 502, 'an HTML or XML page')],
  ])('%s does', async (_what, error) => {
    const { one } = world();
    await openedBy(one, error);
    expect(await one.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
  });

  it.each([
    ['a refusal of the broker, whatever its status', fault],
    ['a token that it does not give', new TokenRefused('EGW00103', '…', 'Check the key.')],
    ['something unreadable with a success', new AnswerUnreadable('inquire-price', 200, 'not JSON')],
    ['an abort', new CallAborted()],
    ['a permit that expired', new PermitExpired()],
  ])('%s does not', async (_what, error) => {
    const { one } = world();
    await openedBy(one, error);
    expect(await one.call()).toBe('a');
    expect(one.notices).toEqual([]);
  });

  it('only failures in a row do: the answer to another process ends the row', async () => {
    const { one, other } = world();
    await other.call();
    one.fails(timeout);
    for (let count = 0; count < 8; count += 1) {
      await one.call();
      if (count % 2 === 1) await other.call();
    }
    expect(await other.call()).toBe('a');
  });
});

describe('what it costs', () => {
  it('a healthy call is no command to the store after the first one', async () => {
    const { clock, store } = world();
    const commands: string[] = [];
    const counted = Object.fromEntries(
      Object.entries(store).map(([name, command]: [string, (...args: unknown[]) => unknown]) => [
        name,
        (...args: unknown[]): unknown => {
          commands.push(name);
          return Reflect.apply(command, store, args);
        },
      ]),
    ) as unknown as CircuitStore; // the same methods
    const one = processWith(counted, clock);
    for (let count = 0; count < 100; count += 1) await one.call();
    expect(commands).toEqual(['listen', 'look']);
  });

  it('an answer after a failure is one, and the next answer none', async () => {
    const { clock, store } = world();
    let heals = 0;
    const heal = (account: string): Promise<void> => {
      heals += 1;
      return store.heal(account);
    };
    const one = processWith({ ...store, heal }, clock);
    one.fails(timeout);
    await one.call();
    one.state.next = () => Promise.resolve();
    await one.call();
    await one.call();
    expect(heals).toBe(1);
  });
});

describe('without Redis', () => {
  it('a process goes by what it sees itself, and by the others again when it is back', async () => {
    const { clock, store, other } = world();
    const state = { away: true };
    const away = new Proxy(store, {
      get: (target, name: keyof CircuitStore) =>
        state.away ? () => Promise.reject(new RedisUnreachable('gatekeeper', 'redis://x')) : target[name],
    });
    const one = processWith(away, clock);
    await openedBy(one);
    expect(await one.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
    expect(await other.call()).toBe('a');
    await clock.advance(1_000);
    expect(await one.call()).toBe('a');
    await openedBy(one);
    state.away = false;
    await clock.advance(1_000);
    expect(await one.call()).toBe('a');
    await openedBy(other);
    one.fails(timeout);
    await one.call();
    expect(await one.call()).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
  });

  it('the first call waits half a second for it, no longer', async () => {
    const { clock, store } = world();
    const one = processWith({ ...store, listen: () => new Promise(() => undefined) }, clock);
    const first = one.call();
    await clock.advance(499);
    expect(one.sent).toEqual([]);
    await clock.advance(1);
    expect(await first).toBe('a');
  });
});

it('an abort ends the first look, and the call never leaves', async () => {
  const { clock, store } = world();
  const one = processWith({ ...store, listen: () => new Promise(() => undefined) }, clock);
  const stop = new AbortController();
  const aborted = one.call(['a'], false, stop);
  await clock.advance(100);
  stop.abort();
  expect(await aborted).toMatchObject({ name: 'BeforeSend', cause: { code: 'HUB_ABORTED' } });
  expect(one.sent).toEqual([]);
  await clock.advance(400);
  expect(clock.pending).toBe(0);
});

it('nothing opens when no number of failures is set', async () => {
  const { clock, store } = world();
  const notices: Notice[] = [];
  const options = { store, fallback: store, policy: { ...policy, failures: 0 }, clock };
  const breaker = new CircuitBreaker({ ...options, notify: (notice) => notices.push(notice) });
  for (let count = 0; count < 100; count += 1) breaker.failed('kis:real:a', 'HUB_TIMEOUT');
  await clock.advance(0);
  expect(breaker.isOpen('kis:real:a')).toBe(false);
  expect(breaker.knows(['kis:real:a'])).toBe(true);
});
