import { afterEach, describe, expect, it } from 'vitest';
import { demoKeys, startBrokerSim, type BrokerSim, type BrokerSimOptions, type Fault } from '../../src/index.js';
import {
  code,
  endpoints,
  historyQuery,
  json,
  kst,
  post,
  quotation,
  requestToken,
  signIn,
  stock,
  stoppedClock,
  type Json,
  type Row,
} from '../support/kis.js';

let sim: BrokerSim;
afterEach(() => sim.close());

const open = async (options: BrokerSimOptions = {}): Promise<Row> => {
  sim = await startBrokerSim({ now: () => kst('2026-11-06', '21:00:00'), ...options });
  return signIn(sim);
};
const side = async (path: string): Promise<Json> => (await (await fetch(sim.url + path)).json()) as Json;
const price = (headers: Row) => quotation(sim, headers, endpoints.price, stock());

describe('GET /sim/truth', () => {
  it('lists every bar that is over, and every trading day', async () => {
    await open();
    const truth = await side('/sim/truth?symbols=005930,035720&venue=KRX&interval=1m&from=2026-11-02&to=2026-11-08');
    const [rows, days] = [truth.rows as Json[], truth.days as Json[]];
    expect(rows).toHaveLength(9 * 381);
    expect(rows[0]).toMatchObject({
      symbol: '005930',
      venue: 'KRX',
      interval: '1m',
      startMs: kst('2026-11-02', '09:00:00'),
    });
    expect(days.map((day) => [day.symbol, day.day, day.rows, day.halted]).slice(5, 8)).toEqual([
      ['035720', '2026-11-02', 381, false],
      ['035720', '2026-11-03', 381, false],
      ['035720', '2026-11-04', 0, true],
    ]);
  });

  it('leaves out the bar that is still forming', async () => {
    const clock = stoppedClock(kst('2026-11-06', '09:02:59'));
    await open({ now: clock.now });
    const today = { symbols: ['005930'], venue: 'KRX', from: '2026-11-06', to: '2026-11-06' } as const;
    expect(sim.truth({ ...today, interval: '1m' }).rows).toHaveLength(2);
    clock.set(kst('2026-11-06', '09:03:00'));
    expect(sim.truth({ ...today, interval: '1m' }).rows).toHaveLength(3);
    clock.set(kst('2026-11-06', '15:30:59'));
    expect(sim.truth({ ...today, interval: '1d' }).rows).toHaveLength(0);
    clock.set(kst('2026-11-06', '15:31:00'));
    expect(sim.truth({ ...today, interval: '1d' }).rows[0]?.startMs).toBe(kst('2026-11-06', '00:00:00'));
    expect(sim.truth({ ...today, interval: '1m' }).rows).toHaveLength(381);
  });

  it.each([
    '',
    'symbols=005930&venue=X&from=2026-11-02',
    'symbols=005930&interval=5m&from=2026-11-02',
    'symbols=1&from=x',
  ])('refuses "%s" with a reason', async (query) => {
    await open();
    const reply = await fetch(`${sim.url}/sim/truth?${query}`);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ code: 'SIM_REQUEST' });
  });
});

describe('GET /sim/journal', () => {
  it('tells arrivals without any secret', async () => {
    const headers = await open();
    await price({ ...headers, gt_uid: 'mine' });
    const journal = await side('/sim/journal');
    expect(journal).toMatchObject({
      calls: 1,
      breaches: 0,
      tokenIssues: { kis: 1, kiwoom: 0, refused: 0 },
      maxInWindow: 1,
    });
    expect((journal.entries as Json[])[1]).toMatchObject({
      seq: 2,
      path: '/uapi/domestic-stock/v1/quotations/inquire-price',
      tr: 'FHKST01010100',
      verdict: 'ok',
      code: 'MCA00000',
      counted: true,
      marker: 'mine',
    });
    const text = JSON.stringify(journal);
    for (const secret of [demoKeys.appKey, demoKeys.appSecret, headers.authorization?.slice(7) ?? '?']) {
      expect(text).not.toContain(secret);
    }
  });

  it('goes on from where the reader was, or sums up', async () => {
    const headers = await open();
    await price(headers);
    expect((await side('/sim/journal?since=1')).entries).toHaveLength(1);
    const summary = await side('/sim/journal?summary=1');
    expect(summary).toMatchObject({ calls: 1, orders: { count: 0, duplicates: 0 } });
    expect(summary.entries).toBeUndefined();
  });

  it('is bounded while its counters are exact', async () => {
    const headers = await open({ journalEntries: 2 });
    for (let call = 0; call < 6; call++) await price(headers);
    expect(sim.journal().entries.map((entry) => entry.seq)).toEqual([6, 7]);
    expect(sim.journal().calls).toBe(6);
  });
});

describe('faults', () => {
  const withFault = async (fault: Fault): Promise<Row> => {
    const headers = await open();
    const added = await post(sim, '/sim/faults', fault);
    expect(json(added)).toEqual({ id: 1 });
    return headers;
  };
  const match = { path: 'inquire-price', nth: 1 } as const;
  const lastEntry = () => sim.journal().entries.at(-1);

  it.each<[Fault['kind'], string]>([
    ['reset', 'ok'],
    ['truncate', 'ok'],
  ])('%s breaks the connection after the broker acted', async (kind, verdict) => {
    const headers = await withFault({ kind, match });
    await expect(price(headers)).rejects.toThrow();
    expect(lastEntry()).toMatchObject({ fault: kind, verdict });
    expect((await price(headers)).status).toBe(200);
  });

  it.each<Fault['kind']>(['drop', 'half-open'])('%s leaves the caller waiting', async (kind) => {
    const headers = await withFault({ kind, match });
    const controller = new AbortController();
    const address = `${sim.url}/uapi/domestic-stock/v1/quotations/inquire-price?${new URLSearchParams(stock()).toString()}`;
    const waiting = fetch(address, { headers: { ...headers, tr_id: 'FHKST01010100' }, signal: controller.signal }).then(
      (response) => response.text(),
    );
    const settled = expect(waiting).rejects.toThrow();
    // The call after it is answered while the first one still hangs.
    while (sim.journal().entries.length < 2) await side('/sim/health');
    expect((await price(headers)).status).toBe(200);
    controller.abort();
    await settled;
    expect(sim.journal().calls).toBe(kind === 'drop' ? 1 : 2);
  });

  it('5xx and html are no answers of the broker', async () => {
    const headers = await withFault({ kind: '5xx', match });
    const broken = await price(headers);
    expect([broken.status, broken.text]).toEqual([502, 'Bad Gateway']);
    sim.faults.add({ kind: 'html', times: 1 });
    const page = await price(headers);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(lastEntry()).toMatchObject({ verdict: 'lost', counted: true });
  });

  it('garble damages the JSON', async () => {
    const garbled = await price(await withFault({ kind: 'garble', match }));
    expect(garbled.status).toBe(200);
    expect(() => json(garbled)).toThrow(SyntaxError);
  });

  it('delay holds the answer back', async () => {
    const headers = await withFault({ kind: 'delay', ms: 120, match });
    const started = performance.now();
    expect((await price(headers)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(115);
  });

  it('expire-token ends the token of the caller just before the call', async () => {
    expect(code(await price(await withFault({ kind: 'expire-token', match })))).toBe('EGW00123');
  });

  it('strike token calls too, and end on DELETE', async () => {
    await open({ tokenMinuteMs: 0 });
    sim.faults.add({ kind: '5xx', match: { path: '/oauth2/tokenP' } });
    expect((await requestToken(sim)).status).toBe(502);
    await fetch(`${sim.url}/sim/faults`, { method: 'DELETE' });
    expect((await requestToken(sim)).status).toBe(200);
  });

  it.each(['{', '{"kind":"flood"}', '[]', '{"kind":"drop","match":{"url":"/"}}', '{"kind":"drop","times":"1"}'])(
    'refuse "%s" with a reason',
    async (body) => {
      await open();
      const reply = await post(sim, '/sim/faults', body);
      expect([reply.status, json(reply).code]).toEqual([400, 'SIM_REQUEST']);
    },
  );
});

describe('the network', () => {
  const wallClock = (): number => performance.timeOrigin + performance.now();
  // A timer may fire a little early.
  const EARLY_MS = 2;

  it('takes its time there, and only then the call is judged; the way back comes on top', async () => {
    const headers = await open({
      now: wallClock,
      network: { requestMs: 60, thinkMs: 10, responseMs: 30, floorShare: 1, capMs: 100 },
    });
    const sent = wallClock();
    await price(headers);
    const arrived = sim.journal().entries.at(-1)?.at ?? 0;
    expect(arrived - sent).toBeGreaterThan(60 - EARLY_MS);
    expect(wallClock() - arrived).toBeGreaterThan(40 - EARLY_MS);
  });

  it('brings calls that were sent together apart; the journal is in order of arrival', async () => {
    const headers = await open({
      now: wallClock,
      network: { requestMs: 60, thinkMs: 0, responseMs: 0, floorShare: 0, capMs: 200 },
      limit: { perSecond: 1_000 },
    });
    await Promise.all(Array.from({ length: 40 }, () => price(headers)));
    const arrivals = sim
      .journal()
      .entries.filter((entry) => entry.counted)
      .map((entry) => entry.at);
    expect(arrivals).toHaveLength(40);
    expect([...arrivals].sort((left, right) => left - right)).toEqual(arrivals);
  });
});

describe('the server', () => {
  it('knows its own health and nothing else', async () => {
    const headers = await open();
    expect(await side('/sim/health')).toMatchObject({ ok: true });
    expect((await fetch(`${sim.url}/sim/nowhere`)).status).toBe(404);
    expect(code(await quotation(sim, headers, ['no-such-thing', 'X'], {}))).toBe('EGW00203');
  });

  it('closes with calls on their way, twice if need be', async () => {
    sim = await startBrokerSim({
      network: { requestMs: 0, thinkMs: 60_000, responseMs: 0, floorShare: 1, capMs: 60_000 },
    });
    const broken = expect(requestToken(sim)).rejects.toThrow();
    while (sim.journal().entries.length === 0) await side('/sim/health');
    await sim.close();
    await sim.close();
    await broken;
    await expect(fetch(sim.url)).rejects.toThrow();
  });

  it('says so when the port is taken', async () => {
    await open();
    await expect(startBrokerSim({ port: sim.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('gives the same answers for the same seed', async () => {
    const ask = async (seed: number): Promise<string> => {
      const headers = await open({ seed });
      const { text } = await quotation(sim, headers, endpoints.history, historyQuery('20261105'));
      await sim.close();
      return text;
    };
    const first = await ask(5);
    expect(await ask(5)).toBe(first);
    expect(await ask(6)).not.toBe(first);
  });
});
