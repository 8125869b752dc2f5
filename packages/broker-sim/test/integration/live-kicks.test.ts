import { describe, expect, it, vi } from 'vitest';

import { demoKeys, type BrokerSim } from '../../src/index.js';
import {
  approve,
  codeOf,
  connect,
  kiwoomToken,
  livePerTest,
  logIn,
  reg,
  subscribe,
  subscribed,
} from '../support/live.js';

const open = livePerTest();

const second = { appKey: 'PSother0000000000000000000000000other', appSecret: 'other-secret' };

const gone = (sim: BrokerSim, left: number) =>
  vi.waitFor(() => expect(sim.live.sessions()).toHaveLength(left), { timeout: 10_000, interval: 2 });

describe('an app key of KIS', () => {
  it('belongs to one socket: another one is refused while it lives', async () => {
    const { sim } = await open();
    const approval = await approve(sim);
    const first = await connect(sim, 'kis');
    await subscribed(first, approval, 'H0STCNT0', '005930');
    const later = await connect(sim, 'kis');
    expect(await later.ask(subscribe(await approve(sim), 'H0STCNT0', '000660'))).toEqual({
      header: { tr_id: '(null)', tr_key: '000660', encrypt: 'N' },
      body: { rt_cd: '9', msg_cd: 'OPSP8996', msg1: 'ALREADY IN USE appkey' },
    });
    await subscribed(first, approval, 'H0STASP0', '005930');
    expect(sim.journal().brokers.kis.live).toMatchObject({ connects: 2, refusedConnects: 1, maxSockets: 2, kicks: 0 });
    first.socket.close(1000);
    await first.closed;
    await gone(sim, 1);
    await subscribed(later, approval, 'H0STCNT0', '000660');
  });

  it('stays taken for a while after its socket broke', async () => {
    const { sim, pass } = await open({ live: { releaseMs: 30_000 } });
    const approval = await approve(sim);
    const first = await connect(sim, 'kis');
    await subscribed(first, approval, 'H0STCNT0', '005930');
    first.kill();
    await gone(sim, 0);
    const later = await connect(sim, 'kis');
    pass(29_999);
    expect(codeOf(await later.ask(subscribe(approval, 'H0STCNT0', '005930')))).toBe('OPSP8996');
    pass(1);
    await subscribed(later, approval, 'H0STCNT0', '005930');
  });

  it('does not take another key with it', async () => {
    const { sim } = await open({ keys: [demoKeys, second] });
    await subscribed(await connect(sim, 'kis'), await approve(sim), 'H0STCNT0', '005930');
    await subscribed(await connect(sim, 'kis'), await approve(sim, second), 'H0STCNT0', '005930');
    expect(sim.journal().brokers.kis.live.maxSockets).toBe(1);
  });
});

describe('an app key of Kiwoom', () => {
  it('is taken over by the next login, and the first session hears R10001', async () => {
    const { sim } = await open();
    const token = await kiwoomToken(sim);
    const first = await logIn(sim, token);
    await first.ask(reg(['005930'], ['0B']));
    const later = await logIn(sim, token);
    expect(JSON.parse(await first.next())).toMatchObject({ trnm: 'SYSTEM', code: 'R10001' });
    expect(await first.closed).toBe(1000);
    await gone(sim, 1);
    expect(await later.ask(reg(['005930'], ['0B']))).toMatchObject({ return_code: 0 });
    expect(sim.journal().brokers.kiwoom.live).toMatchObject({ connects: 2, kicks: 1, maxSockets: 2 });
  });

  it('is free at once after its socket broke', async () => {
    const { sim } = await open();
    const first = await logIn(sim);
    first.kill();
    await gone(sim, 0);
    await logIn(sim);
    expect(sim.journal().brokers.kiwoom.live).toMatchObject({ kicks: 0, maxSockets: 1 });
  });

  it('may log in again on the same socket', async () => {
    const { sim } = await open();
    const token = await kiwoomToken(sim);
    const client = await logIn(sim, token);
    await client.ask(reg(['005930'], ['0B']));
    expect(await client.ask({ trnm: 'LOGIN', token })).toMatchObject({ return_code: 0 });
    expect(sim.live.sessions()).toMatchObject([{ registrations: [{ tr: '0B', key: '005930' }] }]);
  });
});

describe('closing the simulator', () => {
  it('ends every socket, half-open ones too', async () => {
    const { sim } = await open();
    const client = await logIn(sim);
    const mute = await connect(sim, 'kis');
    await subscribed(mute, await approve(sim), 'H0STCNT0', '005930');
    sim.live.disconnect({ how: 'half-open' });
    await sim.close();
    expect(await Promise.all([client.closed, mute.closed])).toEqual([1006, 1006]);
    await expect(connect(sim, 'kis')).rejects.toThrow('ECONNREFUSED');
  });
});
