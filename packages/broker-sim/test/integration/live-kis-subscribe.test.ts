import { describe, expect, it, vi } from 'vitest';

import { demoKeys } from '../../src/index.js';
import {
  approve,
  codeOf,
  connect,
  HTS_ID,
  livePerTest,
  refusedWith,
  subscribe,
  subscribed,
  unsubscribe,
} from '../support/live.js';

const open = livePerTest();

const second = { appKey: 'PSother0000000000000000000000000other', appSecret: 'other-secret' };

describe('registering at KIS', () => {
  it('is acknowledged with names, key and iv', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    const ack = await client.ask(subscribe(await approve(sim), 'H0STCNT0', '005930'));
    expect(ack).toEqual({
      header: { tr_id: 'H0STCNT0', tr_key: '005930', encrypt: 'N' },
      body: {
        rt_cd: '0',
        msg_cd: 'OPSP0000',
        msg1: 'SUBSCRIBE SUCCESS',
        output: { iv: expect.stringMatching(/^.{16}$/) as string, key: expect.stringMatching(/^.{32}$/) as string },
      },
    });
  });

  it('knows what is registered and what is not', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    const codes: unknown[] = [];
    for (const message of [
      subscribe(approval, 'H0STCNT0', '005930'),
      subscribe(approval, 'H0STCNT0', '005930'),
      subscribe(approval, 'H0STASP0', '005930'),
      unsubscribe(approval, 'H0STCNT0', '005930'),
      unsubscribe(approval, 'H0STCNT0', '005930'),
      subscribe(approval, 'H0STCNT0', '005930'),
    ]) {
      codes.push(codeOf(await client.ask(message)));
    }
    expect(codes).toEqual(['OPSP0000', 'OPSP0002', 'OPSP0000', 'OPSP0001', 'OPSP0003', 'OPSP0000']);
    expect(sim.live.sessions()).toMatchObject([
      {
        broker: 'kis',
        halfOpen: false,
        registrations: [
          { tr: 'H0STASP0', key: '005930' },
          { tr: 'H0STCNT0', key: '005930' },
        ],
      },
    ]);
  });

  it('works at the address of the documentation too, and nowhere else', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis', '/tryitout/H0STCNT0');
    await subscribed(client, await approve(sim), 'H0STCNT0', '005930');
    expect(await refusedWith(sim, '/elsewhere')).toBe(404);
  });

  it('ends at 41 registrations, notices included', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    await subscribed(client, approval, 'H0STCNI0', HTS_ID);
    for (let number = 1; number < 41; number++)
      await subscribed(client, approval, 'H0STCNT0', String(100_000 + number));
    const refused = await client.ask(subscribe(approval, 'H0STCNT0', '005930'));
    expect(refused.body).toEqual({ rt_cd: '1', msg_cd: 'OPSP0008', msg1: 'MAX SUBSCRIBE OVER' });
    await client.ask(unsubscribe(approval, 'H0STCNT0', '100001'));
    await subscribed(client, approval, 'H0STCNT0', '005930');
    expect(sim.journal().brokers.kis.live.maxRegistrations).toBe(41);
  });

  it('refuses approval keys that are unknown or over', async () => {
    const { sim, pass } = await open({ tokenLifeMs: 60_000, sameTokenMs: 1_000 });
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    const unknown = await client.ask(subscribe('made-up', 'H0STCNT0', '005930'));
    expect(unknown.body).toEqual({ rt_cd: '1', msg_cd: 'OPSP0011', msg1: 'invalid approval : NOT FOUND' });
    // A code that nobody has is registered like any other, and no data comes between.
    await subscribed(client, approval, 'H0STCNT0', '999999');
    pass(60_000);
    expect(codeOf(await client.ask(subscribe(approval, 'H0STASP0', '005930')))).toBe('OPSP0011');
    // It is looked at when something is registered, so what is there goes on.
    expect(sim.live.sessions()[0]?.registrations).toHaveLength(1);
  });

  it('keeps a socket with the key that it began with', async () => {
    const { sim } = await open({ keys: [demoKeys, second] });
    const client = await connect(sim, 'kis');
    await subscribed(client, await approve(sim), 'H0STCNT0', '005930');
    const other = await approve(sim, second);
    expect(codeOf(await client.ask(subscribe(other, 'H0STCNT0', '000660')))).toBe('OPSP9994');
  });

  it.each([
    ['no JSON', 'OPSP9999'],
    [{}, 'OPSP9998'],
    [{ header: {} }, 'OPSP9992'],
    [{ header: {}, body: {} }, 'OPSP9991'],
    [subscribe('', 'H0STCNT0', '005930', { tr_type: '0' }), 'OPSP8997'],
    [subscribe('', 'H0STCNT0', '005930', { custtype: undefined }), 'OPSP9997'],
    [subscribe('', 'H0STCNT0', '005930', { custtype: 'X' }), 'OPSP8998'],
    [subscribe('', 'H0STXXX0', '005930'), 'OPSP8991'],
    [subscribe('', 'toString', '005930'), 'OPSP8991'],
    [subscribe('', 'H0STCNT0', ''), 'OPSP9990'],
    [subscribe('', 'H0STCNT0', '00 5930'), 'OPSP8992'],
    [subscribe('', 'H0STCNT0', '005930'), 'OPSP0011'],
  ])('answers %j with %s', async (message, expected) => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    const refused = await client.ask(message);
    expect([codeOf(refused), (refused.body as { rt_cd: unknown }).rt_cd]).toEqual([expected, '1']);
  });

  it('lets clients without custtype in when the simulator is told to', async () => {
    const { sim } = await open({ requireCusttype: false });
    const client = await connect(sim, 'kis');
    const message = subscribe(await approve(sim), 'H0STCNT0', '005930', { custtype: undefined });
    expect(codeOf(await client.ask(message))).toBe('OPSP0000');
  });

  it.each([
    ['paper', ['H0STCNT0', 'H0STASP0', 'H0STCNI9'], ['H0NXCNT0', 'H0UNCNT0', 'H0NXASP0', 'H0UNASP0', 'H0STCNI0']],
    ['real', ['H0STCNT0', 'H0NXCNT0', 'H0UNCNT0', 'H0NXASP0', 'H0UNASP0', 'H0STCNI0'], ['H0STCNI9']],
  ] as const)('knows the TRs of the %s domain', async (environment, known, unknown) => {
    const { sim } = await open({ environment });
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    const codeFor = async (tr: string): Promise<unknown> =>
      codeOf(await client.ask(subscribe(approval, tr, tr.startsWith('H0STCNI') ? HTS_ID : '005930')));
    for (const tr of known) expect([tr, await codeFor(tr)]).toEqual([tr, 'OPSP0000']);
    for (const tr of unknown) expect([tr, await codeFor(tr)]).toEqual([tr, 'OPSP8991']);
  });

  it('drops the socket without a close frame for a login id of somebody else', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    client.send(subscribe(await approve(sim), 'H0STCNI0', '005930'));
    expect(await client.closed).toBe(1006);
    expect(sim.journal().brokers.kis.live.kicks).toBe(1);
  });
});

describe('the keep-alive of KIS', () => {
  it('is a text that goes on while it is echoed', async () => {
    const { sim } = await open({ live: { pingMs: 5, missedPings: 2 } });
    const client = await connect(sim, 'kis');
    await vi.waitFor(() => expect(client.pings).toBeGreaterThan(6), { timeout: 10_000, interval: 5 });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('is satisfied by a pong of the protocol', async () => {
    const { sim } = await open({ live: { pingMs: 5, missedPings: 2 } });
    const client = await connect(sim, 'kis');
    client.echoes = false;
    client.socket.on('message', (data: Buffer) => client.socket.pong(data));
    await vi.waitFor(() => expect(client.pings).toBeGreaterThan(6), { timeout: 10_000, interval: 5 });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('drops a session that answers none of five', async () => {
    const { sim } = await open({ live: { pingMs: 5 } });
    const client = await connect(sim, 'kis');
    client.echoes = false;
    expect(await client.closed).toBe(1006);
    // One or two more when the client was still answering.
    expect(client.pings).toBeGreaterThanOrEqual(5);
    expect(client.pings).toBeLessThan(10);
    expect(sim.journal().brokers.kis.live.kicks).toBe(1);
  });
});
