import { demoKiwoomKeys, type BrokerSimOptions } from '@hub/broker-sim';
import { openStore } from '@hub/store';
import { describe, expect, it } from 'vitest';

import { openStage, type Stage } from '../support/stage.js';

const request = { symbols: ['005930', '000660', '035420'], from: '2026-10-26', to: '2026-11-06' };

const withKiwoom = async (options: BrokerSimOptions = {}) => {
  const stage = await openStage({ kiwoom: { limit: { perTr: 20 }, ...options.kiwoom }, limit: { perSecond: 40 } });
  const kiwoom = {
    HUB_KIS_PER_SECOND: '40',
    HUB_KIWOOM_BASE_URL: stage.sim.url,
    HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
    HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
    HUB_KIWOOM_PER_SECOND: '20',
  };
  const backfill = (broker: string | undefined, more: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
    const range = ['--symbols', request.symbols.join(','), '--from', request.from, '--to', request.to];
    const words = ['backfill', ...(broker === undefined ? [] : ['--broker', broker]), ...range, ...more];
    return stage.run(words, { env: { ...kiwoom, ...env } });
  };
  return { stage, backfill, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
};

/** Values that both brokers tell of a minute. */
const shared = ({ symbol, startMs, open, high, low, close, volume }: Awaited<ReturnType<Stage['stored']>>[number]) => ({
  ...{ symbol, startMs, open, high, low, close, volume },
});

describe('hub backfill', () => {
  it('over both brokers stores each bar once, and uses both quotas', async () => {
    await using run = await withKiwoom();
    const { stage, backfill } = run;
    const { exitCode, stderr, json } = await backfill(undefined, ['--json']);
    expect(exitCode, stderr).toBe(0);
    expect(json).toMatchObject({ ok: true, failed: [] });
    expect((await stage.stored('1m')).map(shared)).toEqual(stage.truth(request).map(shared));
    const { brokers, tokenIssues } = stage.sim.journal();
    expect(brokers).toMatchObject({ kis: { breaches: 0 }, kiwoom: { breaches: 0 } });
    expect(brokers.kis.calls).toBeGreaterThan(0);
    expect(brokers.kiwoom.calls).toBeGreaterThan(0);
    expect(tokenIssues).toMatchObject({ kis: 1, kiwoom: 1 });

    const again = await backfill('auto');
    expect(again.stdout).toMatch(/^Nothing to fetch: all of it \(10 days of 3 symbols\)/);
  });

  it('from one broker after the other keeps both, picks the better one, and records where they differ', async () => {
    const differs = [{ symbol: '005930', day: '20261028', minute: '1000', volume: 7, close: 100 }];
    await using run = await withKiwoom({ kiwoom: { differs } });
    const { stage, backfill } = run;
    for (const broker of ['kiwoom', 'kis']) {
      const { exitCode, stderr } = await backfill(broker, ['--json']);
      expect(exitCode, stderr).toBe(0);
    }
    const truth = stage.truth(request);
    expect(await stage.stored('1m')).toHaveLength(2 * truth.length);

    await using store = await openStore({ path: stage.db });
    const best: unknown[] = [];
    for await (const { source, startMs } of store.candlesBest({ interval: '1m' })) best.push({ source, startMs });
    expect(best).toHaveLength(truth.length);
    expect(new Set(best.map((row) => (row as { source: string }).source))).toEqual(new Set(['REST_API_KIS']));
    const disagreements: unknown[] = [];
    for await (const each of store.disagreements()) disagreements.push(each);
    expect(disagreements).toMatchObject([
      { symbol: '005930', venue: 'KRX', interval: '1m', startMs: Date.parse('2026-10-28T10:00:00+09:00') },
    ]);
  });

  it('goes on with one broker when the other one refuses its key, and says so once', async () => {
    await using run = await withKiwoom();
    const { stage, backfill } = run;
    const { exitCode, stderr } = await backfill('auto', [], { HUB_KIWOOM_SECRET_KEY: 'wrong' });
    expect(exitCode, stderr).toBe(0);
    expect((await stage.stored('1m')).map(shared)).toEqual(stage.truth(request).map(shared));
    expect(stderr.match(/the other broker takes over/g)).toHaveLength(1);
    expect(stderr).toMatch(/^kiwoom: HUB_TOKEN_REFUSED .*[가-힣].*the other broker takes over/m);
  });

  it('with a broker that is not set up says which variable is missing', async () => {
    await using run = await withKiwoom();
    const { backfill } = run;
    const { exitCode, stderr } = await backfill('kiwoom', [], { HUB_KIWOOM_APP_KEY: '', HUB_KIWOOM_SECRET_KEY: '' });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^HUB_CONFIG --broker kiwoom: .*HUB_KIWOOM_APP_KEY is missing → .+\n$/);
  });
});
