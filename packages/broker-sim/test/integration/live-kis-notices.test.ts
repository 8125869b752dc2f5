import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { demoKeys, type BrokerSim } from '../../src/index.js';
import { json, post, signIn, type Json, type Row } from '../support/kis.js';
import { approve, connect, HTS_ID, livePerTest, subscribed, unsubscribe } from '../support/live.js';

const open = livePerTest();

const second = { appKey: 'PSother0000000000000000000000000other', appSecret: 'other-secret' };

const order = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '7', ORD_UNPR: '70000' };

const place = async (sim: BrokerSim, headers: Row, tr: string, body: Json = order): Promise<string> => {
  const reply = await post(sim, '/uapi/domestic-stock/v1/trading/order-cash', body, { ...headers, tr_id: tr });
  return (json(reply).output as Row).ODNO ?? '';
};

/** A notice in clear, with the cipher of an ack. */
const decipher = (frame: string, ack: Json): string[] => {
  const { key, iv } = (ack.body as Json).output as { key: string; iv: string };
  const [flag, , count, payload = ''] = frame.split('|');
  expect([flag, count]).toEqual(['1', '001']);
  const cipher = createDecipheriv('aes-256-cbc', Buffer.from(key, 'utf8'), Buffer.from(iv, 'utf8'));
  return (cipher.update(payload, 'base64', 'utf8') + cipher.final('utf8')).split('^');
};

describe('order notices of KIS', () => {
  it.each([
    ['real', 'H0STCNI0', 'TTTC0012U', '02'],
    ['real', 'H0STCNI0', 'TTTC0011U', '01'],
    ['paper', 'H0STCNI9', 'VTTC0012U', '02'],
  ] as const)('on the %s domain tell in secret that %s took an order (%s)', async (environment, tr, orderTr, side) => {
    const { sim } = await open({ environment, limit: { perSecond: 100 } });
    const client = await connect(sim, 'kis');
    const ack = await subscribed(client, await approve(sim), tr, HTS_ID);
    expect(ack.header).toEqual({ tr_id: tr, tr_key: HTS_ID, encrypt: 'Y' });
    const number = await place(sim, await signIn(sim), orderTr);
    const frame = await client.next();
    expect(frame.split('|')[1]).toBe(tr);
    expect(frame).not.toContain('005930');
    const fields = decipher(frame, ack);
    expect(fields).toHaveLength(26);
    expect([0, 1, 2, 4, 5, 6, 8, 11, 12, 13, 14, 19, 24].map((field) => fields[field])).toEqual([
      ...[HTS_ID, '1234567801', number, side, '0', '00', '005930', '100000', '0', '1', '1', '1', '삼성전자'],
    ]);
    expect([9, 10, 16, 25].map((field) => Number(fields[field]))).toEqual([7, 70_000, 7, 0]);
  });

  it('have another cipher after every registration', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    const approval = await approve(sim);
    const headers = await signIn(sim);
    const first = await subscribed(client, approval, 'H0STCNI0', HTS_ID);
    await client.ask(unsubscribe(approval, 'H0STCNI0', HTS_ID));
    const latest = await subscribed(client, approval, 'H0STCNI0', HTS_ID);
    expect((latest.body as Json).output).not.toEqual((first.body as Json).output);
    const number = await place(sim, headers, 'TTTC0012U');
    expect(decipher(await client.next(), latest)[2]).toBe(number);
  });

  it('reach nobody else, and nobody who has not asked', async () => {
    const { sim } = await open({ keys: [demoKeys, second] });
    const [other, mute] = [await connect(sim, 'kis'), await connect(sim, 'kis')];
    await subscribed(other, await approve(sim, second), 'H0STCNI0', HTS_ID);
    await subscribed(mute, await approve(sim), 'H0STCNT0', '005930');
    await place(sim, await signIn(sim), 'TTTC0012U');
    expect([await other.drained(), await mute.drained()]).toEqual([[], []]);
  });

  it('do not tell of orders that were refused', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    await subscribed(client, await approve(sim), 'H0STCNI0', HTS_ID);
    const refused = { ...order, ORD_QTY: '0' };
    await post(sim, '/uapi/domestic-stock/v1/trading/order-cash', refused, {
      ...(await signIn(sim)),
      tr_id: 'TTTC0012U',
    });
    expect(await client.drained()).toEqual([]);
  });

  it('name the customer nowhere in the journal', async () => {
    const { sim } = await open();
    const client = await connect(sim, 'kis');
    await subscribed(client, await approve(sim), 'H0STCNI0', HTS_ID);
    expect(sim.live.sessions()[0]?.registrations).toEqual([{ tr: 'H0STCNI0', key: '*' }]);
    expect(JSON.stringify(sim.journal())).not.toContain(HTS_ID);
  });
});
