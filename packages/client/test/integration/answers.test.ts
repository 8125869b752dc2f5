import { describe, expect, it } from 'vitest';

import { openStage, priceOf } from '../support/hub.js';
import { openRaw } from '../support/raw-hub.js';
import { http } from '../support/raw-server.js';
import type { Socket } from 'node:net';

const order = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };

const end = (bytes: Buffer | string) => (socket: Socket) => {
  socket.end(bytes);
};

const broken = [
  ['an HTML page', end(http('<html>maintenance</html>')), 'HUB_ANSWER_UNREADABLE'],
  ['an empty body', end(http('', '502 Bad Gateway')), 'HUB_ANSWER_UNREADABLE'],
  ['JSON that is cut', end(http('{"rt_cd":"0","out')), 'HUB_ANSWER_UNREADABLE'],
  ['JSON without a code', end(http('{"hello":"world"}')), 'HUB_ANSWER_UNREADABLE'],
  ['bytes that are no text', end(http(Buffer.from([0xff, 0xfe, 0x00, 0x80]))), 'HUB_ANSWER_UNREADABLE'],
  ['a body that ends before its length', end(http('{"rt_cd":"0"', '200 OK', 900)), 'HUB_BROKER_UNREACHABLE'],
  ['something that is not HTTP', end('250 OK this is a mail server\r\n'), 'HUB_BROKER_UNREACHABLE'],
  ['an end without a word', end(''), 'HUB_BROKER_UNREACHABLE'],
] as const;

describe('an answer that is none', () => {
  it.each(broken)('%s ends a read with a code', async (_what, answer, code) => {
    await using raw = await openRaw(answer);
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({ code });
  });

  it.each(broken)('%s leaves an order with an unknown outcome, sent once', async (_what, answer, code) => {
    await using raw = await openRaw(answer);
    await expect(raw.hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({
      code: 'HUB_OUTCOME_UNKNOWN',
      cause: { code },
    });
    expect(raw.server.arrivals).toBe(1);
  });

  it('of more than 8 MiB is cut off', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024, 'x');
    await using raw = await openRaw((socket) => socket.write(http(bytes)));
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
      code: 'HUB_ANSWER_UNREADABLE',
      message: expect.stringContaining('more than 8388608 bytes'),
    });
  });
});

describe('the deadline', () => {
  it('of a read is HUB_TIMEOUT, and the socket is reset, not closed', async () => {
    await using raw = await openRaw(() => undefined);
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'HUB_TIMEOUT',
    });
    // The token came over the same connection.
    expect(await raw.server.ended(1)).toBe('ECONNRESET');
  });

  it('ends an answer that stops in its middle', async () => {
    await using raw = await openRaw((socket) => socket.write(http('{"rt_cd":', '200 OK', 900)));
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'HUB_TIMEOUT',
    });
  });

  it('of an order is HUB_OUTCOME_UNKNOWN, and the broker has seen it once', async () => {
    await using stage = await openStage();
    const hub = stage.hub();
    stage.sim.faults.add({ kind: 'delay', ms: 2_000, match: { path: 'order-cash' } });
    await expect(hub.kis.call('order-cash-buy', order, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'HUB_OUTCOME_UNKNOWN',
      remedy: expect.stringContaining('inquire-daily-ccld'),
    });
    expect(stage.sim.journal().orders.count).toBe(1);
  });

  it('of an order that found no connection is no mystery: it never left', async () => {
    await using stage = await openStage();
    const hub = stage.hub({ retries: 0 });
    await hub.kis.call('inquire-price', priceOf('005930'));
    await stage.sim.close();
    await expect(hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({
      code: expect.stringMatching(/^HUB_(BROKER_UNREACHABLE|OUTCOME_UNKNOWN)$/),
    });
    await expect(hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({ code: 'HUB_BROKER_UNREACHABLE' });
  });
});

describe('an abort', () => {
  it('ends the wait for an answer, and resets the socket', async () => {
    const stop = new AbortController();
    await using raw = await openRaw(() => {
      stop.abort();
    });
    await expect(raw.hub.kis.call('inquire-price', priceOf('005930'), { signal: stop.signal })).rejects.toMatchObject({
      code: 'HUB_ABORTED',
    });
    expect(await raw.server.ended(1)).toBe('ECONNRESET');
  });

  it('of an order that has left says that its outcome is unknown', async () => {
    const stop = new AbortController();
    await using raw = await openRaw(() => {
      stop.abort();
    });
    await expect(raw.hub.kis.call('order-cash-buy', order, { signal: stop.signal })).rejects.toMatchObject({
      code: 'HUB_OUTCOME_UNKNOWN',
    });
  });

  it('ends the wait for a permit', async () => {
    await using stage = await openStage();
    const hub = stage.hub({ kis: { perSecond: 1 } });
    await hub.kis.call('inquire-price', priceOf('005930'));
    const stop = new AbortController();
    const waiting = hub.kis.call('inquire-price', priceOf('005930'), { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'HUB_ABORTED' });
    expect(stage.sim.journal().calls).toBe(1);
  });

  it('ends the wait for a token', async () => {
    await using stage = await openStage();
    stage.sim.faults.add({ kind: 'delay', ms: 1_000, match: { path: 'tokenP' } });
    const stop = new AbortController();
    const waiting = stage.hub().kis.call('inquire-price', priceOf('005930'), { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'HUB_ABORTED' });
  });
});
