import { describe, expect, it } from 'vitest';

import { demoKeys, type BrokerSim } from '../../src/index.js';
import {
  approve,
  codeOf,
  connect,
  livePerTest,
  kiwoomToken,
  logIn,
  refusedWith,
  reg,
  subscribe,
  subscribed,
} from '../support/live.js';

const open = livePerTest();

const second = { appKey: 'PSother0000000000000000000000000other', appSecret: 'other-secret' };

const connectAndLeave = async (sim: BrokerSim, approval: string): Promise<void> => {
  const client = await connect(sim, 'kis');
  client.send(subscribe(approval, 'H0STCNT0', '005930'));
  await client.next();
  client.socket.close(1000);
  await client.closed;
};

describe('a key that connects without end', () => {
  it('is banned by the connect that is one too many, and forgiven later', async () => {
    const { sim, pass } = await open({ live: { banConnects: 3, banMs: 10_000 } });
    const approval = await approve(sim);
    for (let turn = 0; turn < 3; turn++) await connectAndLeave(sim, approval);
    const abuser = await connect(sim, 'kis');
    abuser.send(subscribe(approval, 'H0STCNT0', '005930'));
    expect(await abuser.closed).toBe(1008);
    expect(await refusedWith(sim, '/tryitout')).toBe(403);
    expect(sim.journal().brokers.kis.live).toMatchObject({ bans: 1, connects: 4, maxConnectsPerMinute: 4 });
    pass(9_999);
    expect(await refusedWith(sim, '/tryitout')).toBe(403);
    pass(60_000);
    await subscribed(await connect(sim, 'kis'), approval, 'H0STCNT0', '005930');
    expect(sim.journal().brokers.kis.live).toMatchObject({ bans: 1, refusedConnects: 3 });
  });

  it('is not banned when a minute passes between', async () => {
    const { sim, pass } = await open({ live: { banConnects: 3 } });
    const approval = await approve(sim);
    for (let turn = 0; turn < 3; turn++) await connectAndLeave(sim, approval);
    pass(60_000);
    await connectAndLeave(sim, approval);
    expect(sim.journal().brokers.kis.live).toMatchObject({ bans: 0, maxConnectsPerMinute: 3 });
  });

  it('does not take the other keys of its address with it', async () => {
    const { sim } = await open({ keys: [demoKeys, second], live: { banConnects: 2 } });
    const approval = await approve(sim);
    const other = await connect(sim, 'kis');
    await subscribed(other, await approve(sim, second), 'H0STCNT0', '005930');
    for (let turn = 0; turn < 2; turn++) await connectAndLeave(sim, approval);
    const abuser = await connect(sim, 'kis');
    abuser.send(subscribe(approval, 'H0STCNT0', '005930'));
    expect(await abuser.closed).toBe(1008);
    expect(await other.ask(subscribe(await approve(sim, second), 'H0STASP0', '005930'))).toBeDefined();
    // Let in, for the address has an honest key too, and ended when it names itself.
    const again = await connect(sim, 'kis');
    again.send(subscribe(approval, 'H0STCNT0', '005930'));
    expect(await again.closed).toBe(1008);
  });

  it('is banned by its address when it never names a key', async () => {
    const { sim } = await open({ live: { banConnects: 2 } });
    for (let turn = 0; turn < 3; turn++) {
      const client = await connect(sim, 'kis');
      client.socket.close(1000);
      await client.closed;
    }
    expect(await refusedWith(sim, '/tryitout')).toBe(403);
    expect(await refusedWith(sim, '/api/dostk/websocket')).toBeUndefined();
    expect(sim.journal().brokers.kis.live.bans).toBe(1);
  });
});

describe('a key that registers without end', () => {
  it('is banned by the message that is one too many within a second', async () => {
    const { sim } = await open({ live: { banControls: 5 } });
    const approval = await approve(sim);
    const client = await connect(sim, 'kis');
    for (let code = 1; code <= 5; code++) await subscribed(client, approval, 'H0STCNT0', `00000${code}`);
    client.send(subscribe(approval, 'H0STCNT0', '005930'));
    expect(await client.closed).toBe(1008);
    expect(sim.journal().brokers.kis.live).toMatchObject({ bans: 1, controls: 6, kicks: 0 });
    expect(sim.journal().live.outages).toMatchObject([{ cause: 'ban', feeds: 5, to: null }]);
    expect(await refusedWith(sim, '/tryitout')).toBe(403);
  });

  it('is not banned at ten messages a second', async () => {
    const { sim, pass } = await open({ live: { banControls: 20 } });
    const approval = await approve(sim);
    const client = await connect(sim, 'kis');
    for (let turn = 0; turn < 40; turn++) {
      const code = codeOf(await client.ask(subscribe(approval, 'H0STCNT0', `${100_000 + turn}`)));
      expect(code).toBe('OPSP0000');
      pass(100);
    }
    expect(sim.journal().brokers.kis.live).toMatchObject({ bans: 0, controls: 40, maxCombined: 10 });
  });

  it('is banned at Kiwoom too, logins counted', async () => {
    const { sim } = await open({ live: { banControls: 3 } });
    const token = await kiwoomToken(sim);
    const client = await logIn(sim, token);
    await client.ask(reg(['005930'], ['0B']));
    await client.ask(reg(['000660'], ['0B']));
    client.send(reg(['035420'], ['0B']));
    expect(await client.closed).toBe(1008);
    expect(await refusedWith(sim, '/api/dostk/websocket')).toBe(403);
    expect(sim.journal().brokers.kiwoom.live).toMatchObject({ bans: 1, controls: 4 });
    expect(sim.journal().brokers.kis.live.bans).toBe(0);
  });
});
