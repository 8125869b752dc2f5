import { describe, expect, it, vi } from 'vitest';

import type { BrokerSim, Journal } from '../../src/index.js';
import { endpoints, json, post, quotation, signIn, stock } from '../support/kis.js';
import { ask } from '../support/kiwoom.js';
import {
  approve,
  codeOf,
  connect,
  kiwoomToken,
  livePerTest,
  logIn,
  readFrame,
  reg,
  remove,
  START,
  subscribe,
  subscribed,
  unsubscribe,
} from '../support/live.js';

const open = livePerTest();

const gone = (sim: BrokerSim) => vi.waitFor(() => expect(sim.live.sessions()).toEqual([]), { interval: 2 });

describe('counters of the WebSocket', () => {
  it('start at nothing', async () => {
    const { sim } = await open();
    const nothing = {
      ...{ connects: 0, refusedConnects: 0, controls: 0, kicks: 0, bans: 0 },
      ...{ maxSockets: 0, maxRegistrations: 0, maxCombined: 0, maxConnectsPerMinute: 0 },
    };
    expect(sim.journal().brokers.kis.live).toEqual(nothing);
    expect(sim.journal().brokers.kiwoom.live).toEqual(nothing);
    expect(sim.journal().live).toEqual({ registrations: [], outages: [] });
  });

  it('count REST calls and control messages of a key together, each quota apart', async () => {
    const { sim, pass } = await open({ limit: { perSecond: 4 } });
    const headers = await signIn(sim);
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    for (let turn = 0; turn < 5; turn++) await client.ask(subscribe(approval, 'H0STCNT0', `${100_000 + turn}`));
    const statuses: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      statuses.push((await quotation(sim, headers, endpoints.price, stock())).status);
    }
    // Five registrations took nothing from the four calls.
    expect(statuses).toEqual([200, 200, 200, 200, 500]);
    expect(sim.journal().brokers.kis).toMatchObject({ maxInWindow: 5, live: { maxCombined: 10, controls: 5 } });
    pass(1_000);
    await client.ask(unsubscribe(approval, 'H0STCNT0', '100000'));
    expect(sim.journal().brokers.kis.live).toMatchObject({ maxCombined: 10, controls: 6, maxRegistrations: 5 });
  });

  it('do the same at Kiwoom', async () => {
    const { sim } = await open();
    const token = await kiwoomToken(sim);
    const client = await logIn(sim, token);
    await client.ask(reg(['005930'], ['0B', '0D']));
    await ask(sim, { authorization: `Bearer ${token}` }, 'ka10001', { stk_cd: '005930' });
    await client.ask(remove(['005930'], ['0B']));
    expect(sim.journal().brokers.kiwoom.live).toMatchObject({ controls: 3, maxCombined: 4, maxRegistrations: 2 });
    expect(sim.journal().brokers.kis.live.maxCombined).toBe(0);
  });
});

describe('registrations', () => {
  it('tell from when to when, so that what was sent can be computed', async () => {
    const { sim, pass } = await open({ live: { recordsPerFrame: 1 } });
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    await subscribed(client, approval, 'H0STCNT0', '005930');
    pass(90_500);
    const frames = await client.drained();
    pass(700);
    client.send(unsubscribe(approval, 'H0STCNT0', '005930'));
    let text = await client.next();
    for (; !text.includes('OPSP0001'); text = await client.next()) frames.push(text);
    const [entry] = sim.journal().live.registrations;
    expect(entry).toEqual({
      broker: 'kis',
      keyId: sim.live.sessions()[0]?.keyId,
      tr: 'H0STCNT0',
      key: '005930',
      fromMs: START,
      toMs: START + 91_200,
      silentFromMs: null,
      sent: frames.length,
      garbled: 0,
    });
    const { second, count, volume } = sim.market.ticks('005930', 'KRX', '20261106');
    const expected = Array.from({ length: count }, (_none, index) => index).filter((index) => {
      const at = second[index] ?? 0;
      return at > 36_000 && at <= 36_091;
    });
    const received = frames.map((frame) => Number(readFrame(frame).records[0]?.[13]));
    expect(received).toEqual(expected.map((index) => volume[index]));
  });

  it('end with a socket that breaks, at the last second that was sent', async () => {
    const { sim, pass } = await open({ live: { pollMs: 60_000 } });
    const client = await connect(sim, 'kis');
    await subscribed(client, await approve(sim), 'H0STCNT0', '005930');
    pass(400);
    client.kill();
    await gone(sim);
    expect(sim.journal().live.registrations[0]?.toMs).toBe(START + 400);
    const later = await logIn(sim);
    await later.ask(reg(['005930'], ['0B']));
    pass(5_000);
    later.kill();
    await gone(sim);
    // Nobody looked at the clock meanwhile, so nothing of these five seconds went out.
    expect(sim.journal().live.registrations[1]).toMatchObject({
      tr: '0B',
      fromMs: START + 400,
      toMs: START + 999,
      sent: 0,
    });
  });

  it('and outages are bounded, counters are not', async () => {
    const { sim } = await open({ journalEntries: 3 });
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    for (let turn = 0; turn < 10; turn++) await subscribed(client, approval, 'H0STCNT0', `${100_000 + turn}`);
    expect(sim.journal().live.registrations.map(({ key }) => key)).toEqual(['100007', '100008', '100009']);
    expect(sim.journal().brokers.kis.live).toMatchObject({ controls: 10, maxRegistrations: 10 });
  });

  it('go through the side door, without the lists in a summary', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    await subscribed(client, approval, 'H0STCNT0', '005930');
    const whole = (await (await fetch(`${sim.url}/sim/journal`)).json()) as Journal;
    expect(whole.live).toEqual(sim.journal().live);
    const summary = (await (await fetch(`${sim.url}/sim/journal?summary=1`)).json()) as Journal;
    expect(summary.brokers).toEqual(sim.journal().brokers);
    expect(Object.hasOwn(summary, 'live')).toBe(false);
    expect(JSON.stringify(whole)).not.toContain(approval);
  });
});

describe('outages', () => {
  it('last from the end of a session until all of its feeds are there again', async () => {
    const { sim, pass } = await open();
    const approval = await approve(sim);
    const client = await connect(sim, 'kis');
    for (const tr of ['H0STCNT0', 'H0STASP0']) await subscribed(client, approval, tr, '005930');
    const { keyId } = sim.journal().live.registrations[0] ?? {};
    pass(1_000);
    json(await post(sim, '/sim/live/disconnect?how=close', ''));
    await client.closed;
    await gone(sim);
    const outage = { broker: 'kis', keyId, cause: 'fault', from: START + 1_000, to: null, feeds: 2 };
    expect(sim.journal().live.outages).toEqual([outage]);
    expect(sim.journal().live.registrations.map(({ toMs }) => toMs)).toEqual([START + 1_000, START + 1_000]);
    pass(2_000);
    const later = await connect(sim, 'kis');
    await subscribed(later, approval, 'H0STASP0', '005930');
    expect(sim.journal().live.outages).toEqual([outage]);
    pass(500);
    await subscribed(later, approval, 'H0STCNT0', '005930');
    expect(sim.journal().live.outages).toEqual([{ ...outage, to: START + 3_500 }]);
  });

  it('tell who ended the session', async () => {
    const { sim } = await open({ live: { releaseMs: 0 } });
    const approval = await approve(sim);
    const left = await connect(sim, 'kis');
    await subscribed(left, approval, 'H0STCNT0', '005930');
    left.socket.close(1000);
    await left.closed;
    await gone(sim);
    const kicked = await connect(sim, 'kis');
    await subscribed(kicked, approval, 'H0STCNT0', '005930');
    kicked.send(subscribe(approval, 'H0STCNI0', 'somebody'));
    await kicked.closed;
    expect(sim.journal().live.outages.map(({ cause, feeds }) => [cause, feeds])).toEqual([
      ['client', 1],
      ['kick', 1],
    ]);
    // A session without feeds loses none.
    await gone(sim);
    const empty = await connect(sim, 'kis');
    expect(codeOf(await empty.ask(unsubscribe(approval, 'H0STCNT0', '005930')))).toBe('OPSP0003');
    sim.live.disconnect({ how: 'close' });
    await gone(sim);
    expect(sim.journal().live.outages).toHaveLength(2);
  });
});
