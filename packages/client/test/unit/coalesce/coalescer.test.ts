import { setMaxListeners } from 'node:events';

import { expect, it } from 'vitest';

import { Coalescer, type Joint } from '../../../src/coalesce/coalescer.js';
import type { RoundStore } from '../../../src/coalesce/contract.js';
import { memoryRoundStore } from '../../../src/coalesce/memory/round-store.js';
import { BrokerRefused, CallTimeout, RedisUnreachable } from '../../../src/error/index.js';
import type { Priority } from '../../../src/ledger/contract.js';
import { fakeClock } from '../../../src/testing/index.js';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** A call that waits for its turn, leaves when told, and then ends as told. */
interface MadeCall {
  readonly by: string;
  readonly joint: Joint;
  readonly leave: () => Promise<void>;
  readonly end: (how: { answer: string } | { error: Error }) => void;
}

const stage = (store?: RoundStore) => {
  const clock = fakeClock();
  const shared = store ?? memoryRoundStore(clock);
  const made: MadeCall[] = [];
  const process = (by: string) => {
    const coalescer = new Coalescer<string>({ store: shared, clock });
    const ask = (
      options: { signal?: AbortSignal; priority?: Priority; variant?: string; question?: string } = {},
    ): Promise<string> => {
      const { signal = never, priority = 'interactive', variant = '5000', question = 'q' } = options;
      const asked = coalescer.ask({ question, variant, priority, signal }, (joint) => {
        return new Promise<string>((resolve, reject) => {
          const onAbort = (): void => {
            reject(new Error('aborted'));
          };
          joint.signal.addEventListener('abort', onAbort, { once: true });
          made.push({
            ...{ by, joint },
            leave: joint.beforeSend,
            end: (how) => {
              if ('answer' in how) resolve(how.answer);
              else reject(how.error);
            },
          });
        });
      });
      asked.catch(() => undefined);
      return asked;
    };
    return { ask, coalescer };
  };
  const call = (index: number): MadeCall => {
    const found = made[index];
    if (found === undefined) throw new Error(`no call ${String(index)} was made`);
    return found;
  };
  const complete = async (index: number, answer: string): Promise<void> => {
    await call(index).leave();
    call(index).end({ answer });
  };
  return { clock, process, made, call, complete, pass: (ms = 0) => clock.advance(ms) };
};

it('makes one call for callers of several processes who ask while it waits', async () => {
  const { process, made, complete, pass } = stage();
  const [one, two] = [process('one'), process('two')];
  const asked = [one.ask(), one.ask()];
  await pass();
  asked.push(two.ask(), two.ask(), one.ask());
  await pass(10);
  asked.push(two.ask());
  await pass(10);
  expect(made).toHaveLength(1);
  await complete(0, 'answer');
  await pass();
  expect(await Promise.all(asked)).toEqual(asked.map(() => 'answer'));
});

it.each(['one', 'two'])('never gives an answer that is older than the question, asked by %s', async (who) => {
  const { process, made, call, pass } = stage();
  const [one, two] = [process('one'), process('two')];
  const early = [one.ask(), two.ask()];
  await pass();
  await call(0).leave();
  const late = (who === 'one' ? one : two).ask();
  await pass();
  expect(made).toHaveLength(2);
  call(0).end({ answer: 'old' });
  await pass();
  expect(await Promise.all(early)).toEqual(['old', 'old']);
  await call(1).leave();
  call(1).end({ answer: 'new' });
  expect(await late).toBe('new');
});

it('becomes as urgent as the most urgent of its callers, wherever that one is', async () => {
  const { process, call, pass } = stage();
  const [one, two] = [process('one'), process('two')];
  void one.ask({ priority: 'backfill' });
  await pass();
  const raised: Priority[] = [];
  const { urgency } = call(0).joint;
  urgency.onRaise(() => raised.push(urgency.priority));
  void one.ask({ priority: 'interactive' });
  void two.ask({ priority: 'realtime' });
  await pass();
  void two.ask({ priority: 'backfill' });
  await pass();
  expect(raised).toEqual(['interactive', 'realtime']);
});

it('goes on without a caller who aborts, and ends when nobody waits any more', async () => {
  const { process, call, pass } = stage();
  const one = process('one');
  const [first, second] = [new AbortController(), new AbortController()];
  const asked = [one.ask({ signal: first.signal }), one.ask({ signal: second.signal })];
  await pass();
  first.abort(new Error('enough'));
  await expect(asked[0]).rejects.toMatchObject({ code: 'HUB_ABORTED', cause: { message: 'enough' } });
  expect(call(0).joint.signal.aborted).toBe(false);
  second.abort();
  await expect(asked[1]).rejects.toMatchObject({ code: 'HUB_ABORTED' });
  expect(call(0).joint.signal.aborted).toBe(true);
  // Whoever comes now is not given a call that has ended.
  void one.ask();
  await pass();
  expect(call(1).joint.signal.aborted).toBe(false);
});

it('is made anew by a follower when its leader aborts before it left', async () => {
  const { process, call, complete, made, pass } = stage();
  const [one, two] = [process('one'), process('two')];
  const stop = new AbortController();
  void one.ask({ signal: stop.signal });
  await pass();
  const waiting = two.ask();
  await pass();
  stop.abort();
  await pass();
  expect(made.map(({ by }) => by)).toEqual(['one', 'two']);
  expect(call(0).joint.signal.aborted).toBe(true);
  await complete(1, 'answer');
  expect(await waiting).toBe('answer');
});

it('is not aborted once it has left while somebody waits elsewhere', async () => {
  const { process, call, made, pass } = stage();
  const [one, two] = [process('one'), process('two')];
  const stop = new AbortController();
  void one.ask({ signal: stop.signal });
  await pass();
  const waiting = two.ask();
  await pass();
  await call(0).leave();
  stop.abort();
  await pass();
  expect(call(0).joint.signal.aborted).toBe(false);
  call(0).end({ answer: 'answer' });
  await pass();
  expect([await waiting, made.length]).toEqual(['answer', 1]);
});

it('is refused for everybody when the broker refuses it', async () => {
  const { process, call, made, pass } = stage();
  const asked = [process('one').ask(), process('two').ask()];
  await pass();
  await call(0).leave();
  const fault = {
    broker: 'kis',
    endpoint: 'e',
    status: 200,
    brokerCode: 'X1',
    brokerMessage: '오류',
    meaning: 'wrong',
  };
  call(0).end({ error: new BrokerRefused(fault, 'Mend it.') });
  await pass();
  const refusal = { code: 'HUB_BROKER_REFUSED', brokerCode: 'X1', brokerMessage: '오류', remedy: 'Mend it.' };
  for (const each of asked) await expect(each).rejects.toMatchObject(refusal);
  expect(made).toHaveLength(1);
});

it('that failed for any other reason is made anew by the others, one after the other', async () => {
  const { process, call, complete, made, pass } = stage();
  const asked = ['one', 'two', 'three'].map((by) => process(by).ask());
  await pass();
  await call(0).leave();
  call(0).end({ error: new CallTimeout('e', 5_000) });
  await pass();
  await expect(asked[0]).rejects.toMatchObject({ code: 'HUB_TIMEOUT' });
  expect(made).toHaveLength(2);
  await complete(1, 'answer');
  await pass();
  expect([await asked[1], await asked[2], made.length]).toEqual(['answer', 'answer', 2]);
});

it('is kept by a leader that waits long, and has a new one when that hub closes', async () => {
  const { process, made, complete, pass } = stage();
  const one = process('one');
  void one.ask();
  await pass();
  const waiting = process('two').ask();
  await pass(10_000);
  expect(made).toHaveLength(1); // it renews
  await one.coalescer.close();
  await pass();
  expect(made.map(({ by }) => by)).toEqual(['one', 'two']);
  await complete(1, 'answer');
  expect(await waiting).toBe('answer');
});

it('has a new leader when the old one is silent', async () => {
  const clock = fakeClock();
  const memory = memoryRoundStore(clock);
  // The leader joined and died.
  await memory.join('q', 'dead/1', 'interactive');
  const coalescer = new Coalescer<string>({ store: memory, clock });
  const asked = coalescer.ask({ question: 'q', variant: '', priority: 'interactive', signal: never }, async (joint) => {
    await joint.beforeSend();
    return 'answer';
  });
  await clock.advance(2_900);
  await expect(Promise.race([asked, Promise.resolve('waiting')])).resolves.toBe('waiting');
  await clock.advance(200);
  await expect(Promise.race([asked, Promise.resolve('waiting')])).resolves.toBe('answer');
});

it('gives an answer that is too long for Redis to its own process alone', async () => {
  const { process, made, complete, pass } = stage();
  const asked = [process('one').ask(), process('two').ask()];
  await pass();
  await complete(0, 'x'.repeat(1_048_577));
  await pass();
  expect(made.map(({ by }) => by)).toEqual(['one', 'two']);
  await complete(1, 'own');
  await pass();
  expect(await asked[1]).toBe('own');
});

it('sets callers of a process apart whose attempts may take different times, and the one follows the other', async () => {
  const { process, made, complete, pass } = stage();
  const one = process('one');
  const asked = [one.ask({ variant: '100' }), one.ask({ variant: '5000' })];
  await pass();
  expect(made).toHaveLength(1);
  await complete(0, 'answer');
  await pass();
  expect(await Promise.all(asked)).toEqual(['answer', 'answer']);
});

it('costs a process one question and one word, however many of its callers ask', async () => {
  const clock = fakeClock();
  const memory = memoryRoundStore(clock);
  const asked: string[] = [];
  const counted = new Proxy(memory, {
    get: (target, name: keyof RoundStore) => {
      asked.push(name);
      return target[name];
    },
  });
  const coalescer = new Coalescer<string>({ store: counted, clock });
  const calls = Array.from({ length: 50 }, () =>
    coalescer.ask({ question: 'q', variant: '', priority: 'interactive', signal: never }, async (joint) => {
      await joint.beforeSend();
      return 'answer';
    }),
  );
  await Promise.all(calls);
  expect(asked).toEqual(['listen', 'join', 'close']);
});

it('makes the call for its own process when Redis is away, and leaves no timer behind', async () => {
  const away = (): Promise<never> => Promise.reject(new RedisUnreachable('main', 'redis://127.0.0.1:1'));
  const store: RoundStore = { join: away, renew: away, close: away, settle: away, look: away, listen: away };
  const { process, complete, made, pass, clock } = stage(store);
  const one = process('one');
  const asked = [one.ask(), one.ask()];
  await pass();
  await complete(0, 'answer');
  expect(await Promise.all(asked)).toEqual(['answer', 'answer']);
  expect([made.length, clock.pending]).toEqual([1, 0]);
});

it('elects anew when it is not known whether somebody joined too late', async () => {
  const clock = fakeClock();
  const memory = memoryRoundStore(clock);
  let broken = true;
  const store: RoundStore = {
    ...memory,
    close: (...args) => (broken ? Promise.reject(new RedisUnreachable('main', 'redis://x')) : memory.close(...args)),
  };
  const { process, call, complete, made, pass } = stage(store);
  const [one, two] = [process('one'), process('two')];
  const asked = [one.ask(), two.ask()];
  await pass();
  await call(0).leave();
  broken = false;
  call(0).end({ answer: 'perhaps too old' });
  await pass();
  expect(await asked[0]).toBe('perhaps too old');
  await complete(1, 'fresh');
  expect([await asked[1], made.length]).toEqual(['fresh', 2]);
});
