import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { demoKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { createHub, isHubError, type Answer } from '@hub/client';
import { expect, it } from 'vitest';

import { isNightly } from '../support/nightly.js';
import { startRedisPair, type RedisPair } from '../support/redis.js';

const script = fileURLToPath(new URL('./children/keyed-worker.mjs', import.meta.url));

const calls = isNightly ? 200 : 80;
/** Every tenth call is an order. */
const orderEvery = 10;
const kills = isNightly ? 20 : 8;
const perSecond = 8;
const symbols = ['005930', '000660', '035420', '051910', '035720'];

/** Numbers in [0, 1) that follow from the seed. */
const seeded = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Workers that are killed and started again. */
class Crew {
  readonly #children: ChildProcess[] = [];

  constructor(private readonly env: Readonly<Record<string, string>>) {}

  /** Resolves when the worker takes calls. */
  async start(place: number): Promise<void> {
    const child = spawn(process.execPath, [script], { env: this.env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children[place] = child;
    await once(createInterface({ input: child.stdout }), 'line');
  }

  async kill(place: number): Promise<void> {
    const child = this.#children[place];
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([0, 1].map((place) => this.kill(place)));
  }
}

type Ending = { readonly answer: Answer } | { readonly code: string; readonly remedy: string };

/** One of the calls: what was asked, and every way in which it ended. */
interface Asked {
  readonly symbol: string;
  /** Of an order; no two orders have the same. */
  readonly unitPrice?: string;
  readonly endings: Ending[];
}

/** Every round ends with a kill. */
const newRound = () => {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return { begin, begun };
};

const arrived = async (sim: BrokerSim, count: number): Promise<void> => {
  while (sim.journal().entries.length < count) await nextTurn(5);
};

const environmentOf = (redis: RedisPair, sim: BrokerSim) => ({
  PATH: process.env.PATH ?? '',
  REDIS_URL: redis.mainUrl,
  REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
  HUB_KIS_APP_KEY: demoKeys.appKey,
  HUB_KIS_APP_SECRET: demoKeys.appSecret,
  HUB_KIS_BASE_URL: sim.url,
  HUB_KIS_ACCOUNT: '12345678-01',
  HUB_KIS_PER_SECOND: String(perSecond),
});

it(`${String(calls)} calls over two workers of which one is killed ${String(kills)} times: reads are answered once, orders go out once`, async () => {
  const seed = Number(process.env.HUB_TEST_SEED ?? Date.now() % 1_000_000);
  console.info(`seed ${String(seed)} (HUB_TEST_SEED repeats it)`);
  const random = seeded(seed);
  await using redis = await startRedisPair({ blessed: true });
  await using sim = await startBrokerSim({ network: 'jittery', limit: { perSecond } });
  // Orders are on their way for so long that some kills find one there.
  sim.faults.add({ kind: 'delay', ms: 400, match: { path: 'order-cash' } });
  await using crew = new Crew(environmentOf(redis, sim));
  await Promise.all([crew.start(0), crew.start(1)]);
  await using hub = createHub({ mode: 'service', redis: { main: redis.mainUrl } }, { env: {} });
  const startedAt = performance.now();
  const rounds = Array.from({ length: kills }, newRound);

  const ask = async (index: number): Promise<Asked> => {
    const symbol = symbols[index % symbols.length] ?? '';
    const isOrder = index % orderEvery === 0;
    const asked: Asked = { symbol, endings: [], ...(isOrder ? { unitPrice: String(50_000 + 100 * index) } : {}) };
    const { unitPrice } = asked;
    // Each round has its part of them, so that some are young and some old when a worker dies.
    await rounds[Math.floor((index * kills) / calls)]?.begun;
    await nextTurn(random() * 800);
    const call =
      unitPrice === undefined
        ? hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: symbol })
        : hub.kis.call(
            'order-cash-buy',
            { PDNO: symbol, ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: unitPrice },
            { priority: 'order' },
          );
    await call.then(
      (answer) => asked.endings.push({ answer }),
      (error: unknown) => {
        if (!isHubError(error)) throw error;
        asked.endings.push({ code: error.code, remedy: error.remedy });
      },
    );
    return asked;
  };
  const asking = Promise.all(Array.from({ length: calls }, (_each, index) => ask(index)));

  // At random moments of the work: when so many more calls have arrived at the broker, and a little later.
  for (const round of rounds) {
    round.begin();
    await arrived(sim, sim.journal().entries.length + 1 + Math.floor(random() * 6));
    await nextTurn(random() * 200);
    const place = random() < 0.5 ? 0 : 1;
    await crew.kill(place);
    await crew.start(place);
  }
  const all = await asking;
  const tookMs = performance.now() - startedAt;

  const { orders, breaches, tokenIssues } = sim.journal();
  const sent = new Map<string, number>();
  for (const { body } of orders.list) sent.set(body.ORD_UNPR ?? '', (sent.get(body.ORD_UNPR ?? '') ?? 0) + 1);
  const reads = all.filter(({ unitPrice }) => unitPrice === undefined);
  const placed = all.filter(({ unitPrice }) => unitPrice !== undefined);
  const failed = all.flatMap(({ endings }) => endings.flatMap((ending) => ('code' in ending ? ending.code : [])));
  console.info(JSON.stringify({ tookMs: Math.round(tookMs), orders: orders.count, failed, breaches }));

  expect(all.filter(({ endings }) => endings.length !== 1)).toEqual([]);
  for (const { symbol, endings } of reads) {
    expect(endings[0]).toMatchObject({ answer: { body: { rt_cd: '0', output: { stck_shrn_iscd: symbol } } } });
  }
  for (const { unitPrice = '', endings } of placed) {
    const ending = endings[0];
    if (ending !== undefined && 'answer' in ending) {
      const odno = (ending.answer.body.output as { ODNO?: string } | undefined)?.ODNO;
      expect(orders.list.filter((order) => order.odno === odno && order.body.ORD_UNPR === unitPrice)).toHaveLength(1);
    } else {
      expect(ending).toMatchObject({
        code: 'HUB_OUTCOME_UNKNOWN',
        remedy: expect.stringContaining('inquire-daily-ccld'),
      });
      expect(sent.get(unitPrice) ?? 0).toBeLessThanOrEqual(1);
    }
  }
  expect([...sent.values()].filter((count) => count !== 1)).toEqual([]);
  expect(orders).toMatchObject({ duplicates: 0, count: sent.size });
  expect(breaches).toBe(0);
  expect(tokenIssues).toEqual({ kis: 1, kiwoom: 0, refused: 0 });
}, 120_000);
