import { describe, expect, it, vi } from 'vitest';

import { demoKiwoomKeys, type BrokerSim, type Venue } from '../../src/index.js';
import { ask, tokenBody } from '../support/kiwoom.js';
import type { Json } from '../support/kis.js';
import {
  connect,
  kiwoomToken,
  livePerTest,
  logIn,
  realOf,
  reg,
  remove,
  type Client,
  type LiveStage,
  type RealEntry,
} from '../support/live.js';

const open = livePerTest();

const MINUTE = 60_000;
const TEN = 36_000;

const other = { appKey: 'KWother', secretKey: 'other-secret' };

const live = (sim: BrokerSim) => sim.journal().brokers.kiwoom.live;

/** Entries until there are as many. */
const collect = async (client: Client, count: number): Promise<RealEntry[]> => {
  const entries: RealEntry[] = [];
  while (entries.length < count) entries.push(...realOf(await client.next()));
  return entries;
};

/** Seconds, prices and sizes of the trades of the first minute after ten. */
const firstMinute = ({ sim }: LiveStage, venue: Venue, code = '005930') => {
  const { count, second, price, size, buy, volume, value } = sim.market.ticks(code, venue, '20261106');
  return Array.from({ length: count }, (_none, index) => index)
    .filter((index) => (second[index] ?? 0) > TEN && (second[index] ?? 0) <= TEN + 60)
    .map((index) => ({
      second: second[index] ?? 0,
      price: price[index],
      size: `${buy[index] === 1 ? '+' : '-'}${size[index]}`,
      volume: String(volume[index]),
      millions: String(Math.floor((value[index] ?? 0) / 1_000_000)),
    }));
};

describe('the login of Kiwoom', () => {
  it('comes first', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kiwoom');
    const answer = await client.ask({ trnm: 'LOGIN', token: await kiwoomToken(sim) });
    expect(answer).toEqual({ trnm: 'LOGIN', return_code: 0, return_msg: '', sor_yn: 'Y' });
  });

  it.each([
    ['unknown', () => 'made-up'],
    ['with Bearer', async (sim: BrokerSim) => `Bearer ${await kiwoomToken(sim)}`],
    [
      'that is over',
      async (sim: BrokerSim) => {
        const token = await kiwoomToken(sim);
        sim.killTokens('expired');
        return token;
      },
    ],
  ])('refuses a token %s with 8005 and closes', async (_which, tokenOf) => {
    const { sim } = await open();
    const client = await connect(sim, 'kiwoom');
    const refused = await client.ask({ trnm: 'LOGIN', token: await tokenOf(sim) });
    expect(refused.trnm).toBe('LOGIN');
    expect(refused.return_code).not.toBe(0);
    expect(refused.return_msg).toContain('CODE=8005');
    expect(await client.closed).toBe(1000);
    expect(live(sim)).toMatchObject({ connects: 1, refusedConnects: 1, controls: 1, kicks: 0 });
  });

  it('refuses a token of the other domain with 8031', async () => {
    const paper = await open({ environment: 'paper' });
    const { sim } = await open();
    const client = await connect(sim, 'kiwoom');
    const refused = await client.ask({ trnm: 'LOGIN', token: await kiwoomToken(paper.sim) });
    expect(refused.return_msg).toContain('CODE=8031');
  });

  it.each([[reg(['005930'], ['0B'])], ['no JSON'], [{ trnm: 'PING' }]])(
    'ends a socket that says %j before it with R10004',
    async (message) => {
      const { sim } = await open();
      const client = await connect(sim, 'kiwoom');
      expect(await client.ask(message)).toMatchObject({ trnm: 'SYSTEM', code: 'R10004' });
      expect(await client.closed).toBe(1000);
      expect(live(sim).kicks).toBe(1);
    },
  );

  it('ends a socket that says nothing with R10004', async () => {
    const { sim } = await open({ live: { loginMs: 20 } });
    const client = await connect(sim, 'kiwoom');
    expect(JSON.parse(await client.next())).toMatchObject({ trnm: 'SYSTEM', code: 'R10004' });
    expect(await client.closed).toBe(1000);
  });
});

describe('the keep-alive of Kiwoom', () => {
  it('goes on while it is echoed', async () => {
    const { sim } = await open({ live: { pingMs: 10, missedPings: 2 } });
    const client = await logIn(sim);
    await vi.waitFor(() => expect(client.pings).toBeGreaterThan(6), { timeout: 10_000, interval: 5 });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('ends with R10002 when it is not', async () => {
    const { sim } = await open({ live: { pingMs: 10 } });
    const client = await logIn(sim);
    client.echoes = false;
    expect(JSON.parse(await client.next())).toMatchObject({ trnm: 'SYSTEM', code: 'R10002' });
    expect(await client.closed).toBe(1000);
    expect(client.pings).toBeGreaterThanOrEqual(5);
  });
});

describe('registering at Kiwoom', () => {
  const tell = (sim: BrokerSim): string[] =>
    (sim.live.sessions()[0]?.registrations ?? []).map(({ tr, key }) => `${tr} ${key}`).sort();

  it('is answered without an echo', async () => {
    const { sim } = await open();
    const client = await logIn(sim);
    expect(await client.ask(reg(['005930'], ['0B', '0D']))).toEqual({ trnm: 'REG', return_code: 0, return_msg: '' });
    expect(tell(sim)).toEqual(['0B 005930', '0D 005930']);
    const removed = await client.ask(remove(['005930'], ['0D']));
    expect(removed).toEqual({ trnm: 'REMOVE', return_code: 0, return_msg: '' });
    expect(tell(sim)).toEqual(['0B 005930']);
  });

  it('keeps what is there, or drops it with refresh 0', async () => {
    const { sim } = await open();
    const client = await logIn(sim);
    await client.ask(reg(['005930', '000660'], ['0B']));
    await client.ask(reg(['035420'], ['0B'], { grp_no: '2' }));
    expect(tell(sim)).toEqual(['0B 000660', '0B 005930', '0B 035420']);
    await client.ask(reg(['000660'], ['0B'], { refresh: '0' }));
    expect(tell(sim)).toEqual(['0B 000660']);
  });

  it('holds a feed as long as one group does', async () => {
    const { sim } = await open();
    const client = await logIn(sim);
    await client.ask(reg(['005930'], ['0B']));
    await client.ask(reg(['005930'], ['0B'], { grp_no: '2' }));
    await client.ask(remove(['005930'], ['0B']));
    expect(tell(sim)).toEqual(['0B 005930']);
    await client.ask(remove(['005930'], ['0B'], '2'));
    expect(tell(sim)).toEqual([]);
  });

  it('ends at the items of a session and of a group, suffixes apart', async () => {
    const { sim } = await open({ live: { items: 4, groupItems: 3 } });
    const client = await logIn(sim);
    const code = async (message: Json): Promise<unknown[]> => {
      const { return_code: number, return_msg: text } = await client.ask(message);
      return [number, String(text).includes('105110')];
    };
    expect(await code(reg(['005930', '005930_NX', '005930_AL', '000660'], ['0B']))).toEqual([1, true]);
    expect(tell(sim)).toEqual([]);
    expect(await code(reg(['005930', '005930_NX', '005930_AL'], ['0B', '0D']))).toEqual([0, false]);
    expect(await code(reg(['000660'], ['0B'], { grp_no: '2' }))).toEqual([0, false]);
    expect(await code(reg(['035420'], ['0B'], { grp_no: '3' }))).toEqual([1, true]);
    // Again is not one more.
    expect(await code(reg(['000660'], ['0D'], { grp_no: '2' }))).toEqual([0, false]);
    expect(live(sim).maxRegistrations).toBe(8);
  });

  it.each([
    [{ trnm: 'REG', data: [{ item: ['005930'], type: ['0B'] }] }, '1511', 'grp_no'],
    [reg(['005930'], ['0B'], { grp_no: '12345' }), '1517', 'grp_no'],
    [reg(['005930'], ['0B'], { refresh: '2' }), '1517', 'refresh'],
    [reg(['005930'], ['0B'], { data: [] }), '1511', 'data'],
    [reg(['005930'], ['0B'], { data: [3] }), '1517', 'data'],
    [reg(['005930'], []), '1511', 'type'],
    [reg(['005930'], ['0X']), '1517', 'type'],
    [reg([], ['0B']), '1511', 'item'],
    [reg([''], ['0B']), '1511', 'item'],
    [{ trnm: 'CNSRLST' }, '1517', 'trnm'],
  ])('refuses %j with %s about %s', async (message, code, name) => {
    const { sim } = await open();
    const client = await logIn(sim);
    const refused = await client.ask(message);
    expect([refused.trnm, refused.return_code]).toEqual([message.trnm, 1]);
    expect(refused.return_msg).toContain(`[${code}:`);
    expect(refused.return_msg).toContain(name);
    expect(tell(sim)).toEqual([]);
  });

  it('knows KRX alone on paper', async () => {
    const { sim } = await open({ environment: 'paper' });
    const client = await connect(sim, 'kiwoom');
    const login = await client.ask({ trnm: 'LOGIN', token: await kiwoomToken(sim) });
    expect(login.sor_yn).toBe('N');
    expect((await client.ask(reg(['005930_NX'], ['0B']))).return_code).toBe(1);
    expect((await client.ask(reg(['005930'], ['0B']))).return_code).toBe(0);
  });
});

describe('data of Kiwoom', () => {
  it.each([
    ['005930', 'KRX', 'KRX'],
    ['005930_NX', 'NXT', 'NXT'],
    ['005930_AL', 'UN', '통합'],
  ] as const)('0B of %s are the trades of %s', async (item, venue, exchange) => {
    const stage = await open();
    const client = await logIn(stage.sim);
    await client.ask(reg([item], ['0B']));
    stage.pass(MINUTE);
    const expected = firstMinute(stage, venue);
    const entries = await collect(client, expected.length);
    expect(entries.map(({ type, name, item: code }) => [type, name, code])).toEqual(
      expected.map(() => ['0B', '주식체결', item]),
    );
    expect(entries.map(({ values }) => [values['20'], values['15'], values['13'], values['14']])).toEqual(
      expected.map(({ second, size, volume, millions }) => [
        new Date(second * 1_000).toISOString().slice(11, 19).replaceAll(':', ''),
        size,
        volume,
        millions,
      ]),
    );
    expect(entries.map(({ values }) => Math.abs(Number(values['10'])))).toEqual(expected.map(({ price }) => price));
    expect(new Set(entries.map(({ values }) => values['9081']))).toEqual(new Set([exchange]));
    expect(await client.drained()).toEqual([]);
  });

  it('0D is the book that a trade left behind', async () => {
    const stage = await open();
    const client = await logIn(stage.sim);
    await client.ask(reg(['005930'], ['0D']));
    stage.pass(MINUTE);
    const [entry] = await collect(client, 1);
    const book = stage.sim.market.book('005930', 'KRX', stage.clock.now());
    const { values = {} } = entry ?? {};
    expect(['41', '51', '61', '71', '6044', '6066'].map((name) => Math.abs(Number(values[name])))).toEqual([
      book?.asks[0]?.price,
      book?.bids[0]?.price,
      book?.asks[0]?.size,
      book?.bids[0]?.size,
      book?.asks[0]?.size,
      0,
    ]);
    expect(values['13']).toBe(firstMinute(stage, 'KRX').at(-1)?.volume);
  });

  it('shares frames between feeds, up to as many entries as were set', async () => {
    const stage = await open({ live: { recordsPerFrame: 4, pollMs: 60_000 } });
    const client = await logIn(stage.sim);
    await client.ask(reg(['005930', '000660'], ['0B', '0D']));
    stage.pass(MINUTE);
    const frames = (await client.drained()).map(realOf);
    const total = firstMinute(stage, 'KRX').length + firstMinute(stage, 'KRX', '000660').length + 2;
    expect(frames.flat()).toHaveLength(total);
    expect(frames.slice(0, -1).map((entries) => entries.length)).toEqual(frames.slice(0, -1).map(() => 4));
    expect(frames.some((entries) => new Set(entries.map(({ item }) => item)).size === 2)).toBe(true);
  });

  it('ends when the feed is released', async () => {
    const stage = await open();
    const client = await logIn(stage.sim);
    await client.ask(reg(['005930'], ['0B']));
    await client.ask(remove(['005930'], ['0B']));
    stage.pass(MINUTE);
    expect(await client.drained()).toEqual([]);
  });
});

describe('order notices of Kiwoom', () => {
  const order = {
    dmst_stex_tp: 'KRX',
    stk_cd: '005930',
    ord_qty: '7',
    ord_uv: '70000',
    trde_tp: '0',
    cond_uv: '',
  };

  const place = async (sim: BrokerSim, apiId: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${await kiwoomToken(sim)}` };
    return (JSON.parse((await ask(sim, headers, apiId, order)).text) as Json).ord_no;
  };

  it.each([
    ['kt10000', '+매수', '2'],
    ['kt10001', '-매도', '1'],
  ])('tell that %s was taken, and what the account holds', async (apiId, side, code) => {
    const { sim } = await open();
    const client = await logIn(sim);
    await client.ask(reg([''], ['00', '04']));
    const number = await place(sim, apiId);
    const [notice, balance] = await collect(client, 2);
    expect(notice).toMatchObject({ type: '00', name: '주문체결', item: '005930' });
    expect(['9203', '913', '900', '901', '902', '905', '907', '908'].map((name) => notice?.values[name])).toEqual([
      ...[number, '접수', '7', '70000', '7', side, code, '100000'],
    ]);
    expect(balance).toMatchObject({ type: '04', name: '현물잔고', item: '005930' });
    expect(balance?.values['930']).toBe('0');
  });

  it('reach nobody else', async () => {
    const { sim } = await open({ kiwoom: { keys: [demoKiwoomKeys, other] } });
    const { grant_type } = tokenBody;
    const token = await kiwoomToken(sim, { grant_type, appkey: other.appKey, secretkey: other.secretKey });
    const client = await logIn(sim, token);
    await client.ask(reg([''], ['00']));
    await place(sim, 'kt10000');
    expect(await client.drained()).toEqual([]);
  });
});
