import { describe, expect, it, vi } from 'vitest';

import { json, post } from '../support/kis.js';
import {
  approve,
  codeOf,
  connect,
  livePerTest,
  logIn,
  readFrame,
  realOf,
  reg,
  subscribe,
  subscribed,
  unsubscribe,
} from '../support/live.js';

const open = livePerTest();

const MINUTE = 60_000;

const keyOf = (sim: Awaited<ReturnType<typeof open>>['sim']): string => sim.live.sessions()[0]?.keyId ?? '';

describe('disconnections on request', () => {
  it.each([
    ['close', 1001],
    ['reset', 1006],
  ] as const)('%s ends the session', async (how, expected) => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    await subscribed(client, await approve(sim), 'H0STCNT0', '005930');
    expect(sim.live.disconnect({ how, keyId: 'nobody' })).toBe(0);
    expect(sim.live.disconnect({ how, keyId: keyOf(sim) })).toBe(1);
    expect(await client.closed).toBe(expected);
  });

  it('by close leave the key free, by reset they do not', async () => {
    const { sim } = await open();
    const approval = await approve(sim);
    for (const [how, then] of [
      ['close', 'OPSP0000'],
      ['reset', 'OPSP8996'],
    ] as const) {
      const client = await connect(sim, 'kis');
      await subscribed(client, approval, 'H0STCNT0', '005930');
      sim.live.disconnect({ how });
      await client.closed;
      await vi.waitFor(() => expect(sim.live.sessions()).toEqual([]), { interval: 2 });
      const later = await connect(sim, 'kis');
      expect([how, codeOf(await later.ask(subscribe(approval, 'H0STCNT0', '005930')))]).toEqual([how, then]);
      later.socket.close(1000);
      await later.closed;
      await vi.waitFor(() => expect(sim.live.sessions()).toEqual([]), { interval: 2 });
    }
  });

  it('half-open say nothing more and keep the key until TCP ends', async () => {
    const { sim, pass } = await open({ live: { pingMs: 5, missedPings: 3, releaseMs: 1_000 } });
    const approval = await approve(sim);
    const client = await connect(sim, 'kis');
    await subscribed(client, approval, 'H0STCNT0', '005930');
    sim.live.disconnect({ how: 'half-open' });
    client.inbox.length = 0;
    const { pings } = client;
    let pongs = 0;
    client.socket.on('pong', () => (pongs += 1));
    client.send(subscribe(approval, 'H0STASP0', '005930'));
    client.socket.ping();
    client.socket.close(1000);
    pass(MINUTE);
    expect(sim.live.sessions()).toMatchObject([{ halfOpen: true, registrations: [] }]);
    // Another socket is served meanwhile, so what was sent before has been read.
    const later = await connect(sim, 'kis');
    expect(codeOf(await later.ask(subscribe(approval, 'H0STCNT0', '005930')))).toBe('OPSP8996');
    await vi.waitFor(() => expect(later.pings).toBeGreaterThan(5), { timeout: 10_000, interval: 5 });
    expect([client.inbox, client.pings, pongs]).toEqual([[], pings, 0]);
    client.kill();
    await vi.waitFor(() => expect(sim.live.sessions()).toHaveLength(1), { interval: 2 });
    pass(1_000);
    await subscribed(later, approval, 'H0STCNT0', '005930');
  });

  it('come again and again, in turn, when they are scheduled', async () => {
    const { sim } = await open({ live: { schedule: { disconnectEveryMs: 40, hows: ['close', 'reset'] } } });
    const ends: number[] = [];
    for (let turn = 0; turn < 4; turn++) ends.push(await (await connect(sim, 'kis')).closed);
    expect(new Set(ends)).toEqual(new Set([1001, 1006]));
  });
});

describe('a feed that is muted', () => {
  it('stays registered and is silent until it is registered again', async () => {
    const { sim, pass } = await open();
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    for (const code of ['005930', '000660']) await subscribed(client, approval, 'H0STCNT0', code);
    const match = { tr: 'H0STCNT0', key: '005930' };
    expect(sim.live.silence({ ...match, keyId: 'nobody' })).toBe(0);
    expect(sim.live.silence({ ...match, keyId: keyOf(sim) })).toBe(1);
    pass(MINUTE);
    const codes = (await client.drained()).flatMap((text) => readFrame(text).records.map(([code]) => code));
    expect(new Set(codes)).toEqual(new Set(['000660']));
    expect(codeOf(await client.ask(subscribe(approval, 'H0STCNT0', '005930')))).toBe('OPSP0002');
    await client.ask(unsubscribe(approval, 'H0STCNT0', '005930'));
    await subscribed(client, approval, 'H0STCNT0', '005930');
    pass(MINUTE);
    expect((await client.drained()).join()).toContain('|005930^');
    const [silent] = sim.journal().live.registrations;
    expect(silent).toMatchObject({ ...match, sent: 0, silentFromMs: silent?.fromMs });
  });

  it('is acknowledged when it was ordered before', async () => {
    const { sim, pass } = await open();
    expect(sim.live.silence({ tr: '0B', key: '005930' })).toBe(0);
    const client = await logIn(sim);
    expect(await client.ask(reg(['005930'], ['0B']))).toMatchObject({ return_code: 0 });
    pass(MINUTE);
    expect(await client.drained()).toEqual([]);
    await client.ask({ ...reg(['005930'], ['0B']), trnm: 'REMOVE' });
    await client.ask(reg(['005930'], ['0B']));
    pass(MINUTE);
    expect((await client.drained()).length).toBeGreaterThan(0);
  });
});

describe('frames that are damaged', () => {
  it('are the next ones of data, at both brokers, and the socket survives', async () => {
    const { sim, pass } = await open({ live: { recordsPerFrame: 1 } });
    const kis = await connect(sim, 'kis');
    const approval = await approve(sim);
    await subscribed(kis, approval, 'H0STCNT0', '005930');
    sim.live.garble({ times: 2 });
    pass(MINUTE);
    const texts = await kis.drained();
    expect(texts.map((text) => text.includes('\u{FFFD}'))).toEqual(texts.map((_text, index) => index < 2));
    expect(texts.slice(2).map((text) => readFrame(text).records)).toHaveLength(texts.length - 2);
    await kis.ask(unsubscribe(approval, 'H0STCNT0', '005930'));
    const kiwoom = await logIn(sim);
    await kiwoom.ask(reg(['005930'], ['0B']));
    sim.live.garble({ times: 1 });
    pass(MINUTE);
    const [first = '', second = ''] = await kiwoom.drained();
    expect(() => realOf(first)).toThrow(SyntaxError);
    expect(realOf(second)).toHaveLength(1);
    const garbled = sim.journal().live.registrations.map((entry) => [entry.tr, entry.garbled]);
    expect(garbled).toEqual([
      ['H0STCNT0', 2],
      ['0B', 1],
    ]);
  });
});

describe('the side door', () => {
  it('tells the sessions and ends them', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    await subscribed(client, await approve(sim), 'H0STCNT0', '005930');
    const answer = await fetch(`${sim.url}/sim/live/sessions`);
    expect(await answer.json()).toEqual({ sessions: sim.live.sessions() });
    expect((await post(sim, '/sim/live/disconnect?how=loud', '')).status).toBe(400);
    expect(json(await post(sim, '/sim/live/disconnect?key=nobody&how=reset', ''))).toEqual({ ended: 0 });
    expect(json(await post(sim, `/sim/live/disconnect?key=${keyOf(sim)}&how=reset`, ''))).toEqual({ ended: 1 });
    expect(await client.closed).toBe(1006);
  });

  it('mutes and damages', async () => {
    const { sim, pass } = await open();
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    for (const code of ['005930', '000660']) await subscribed(client, approval, 'H0STCNT0', code);
    expect((await post(sim, '/sim/live/silence?tr=H0STCNT0', '')).status).toBe(400);
    expect(json(await post(sim, '/sim/live/silence?tr=H0STCNT0&key=005930', ''))).toEqual({ silenced: 1 });
    expect((await post(sim, '/sim/live/garble?times=0', '')).status).toBe(400);
    expect(json(await post(sim, '/sim/live/garble?times=1', ''))).toEqual({ times: 1 });
    pass(MINUTE);
    const texts = await client.drained();
    expect(texts[0]).toContain('\u{FFFD}');
    expect(texts.join()).not.toContain('|005930^');
    expect((await post(sim, '/sim/live/nothing', '')).status).toBe(404);
  });
});
