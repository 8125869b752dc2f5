import { describe, expect, it, vi } from 'vitest';

import type { Broker, Endpoint } from '../../src/broker/contract.js';
import { kis } from '../../src/broker/kis/index.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { BrokerCalls, type CallTypes, type Perform } from '../../src/hub/broker-calls.js';
import type { Answer } from '../../src/request/contract.js';

/** Says on every page that there is another one, in the words of both brokers. */
const endless: Answer = {
  status: 200,
  headers: { tr_cont: 'M', 'cont-yn': 'Y', 'next-key': 'k' },
  body: { output: [{ row: '1' }], output1: [{ row: '1' }] },
  receivedAt: 0,
  requestId: 'r',
  tr: 't',
  keyId: 'k',
};

const callsOf = (broker: Broker) => {
  const perform = vi.fn<Perform>(() => Promise.resolve(endless));
  const calls = new BrokerCalls<CallTypes>({ broker, perform, filled: () => [] });
  return { calls, perform };
};

const orders = [kis, kiwoom].flatMap((broker) =>
  callsOf(broker)
    .calls.endpoints.filter(({ replayable }) => !replayable)
    .map((endpoint): [string, Broker, Endpoint] => [`${broker.name} ${endpoint.name}`, broker, endpoint]),
);

describe.each(orders)('the order %s', (_title, broker, { name, tr, path, required, optional }) => {
  const params = Object.fromEntries([...required, ...optional].map((key) => [key, '1']));
  const refused = expect.objectContaining({ code: 'HUB_CALL_INVALID' });

  it('is made once by a walk over pages, whatever its answer promises', async () => {
    const { calls, perform } = callsOf(broker);
    const pages: unknown[] = [];
    for await (const page of calls.pages(name, params)) pages.push(page);
    expect(pages).toHaveLength(1);
    expect(perform).toHaveBeenCalledTimes(1);
  });

  it('has no further page, and coalesces with nothing', async () => {
    const { calls, perform } = callsOf(broker);
    const cursor = broker.name === 'kis' ? { tr_cont: 'N' } : { 'cont-yn': 'Y', 'next-key': 'k' };
    await expect(calls.page(name, { params, cursor })).rejects.toEqual(refused);
    await expect(calls.pagesFrom(name, { params, cursor }).next()).rejects.toEqual(refused);
    await expect(calls.call(name, params, { coalesce: true })).rejects.toEqual(refused);
    expect(perform).not.toHaveBeenCalled();
  });

  it('is no read because a raw call says so', async () => {
    const { calls, perform } = callsOf(broker);
    for (const id of [tr.real, tr.paper ?? tr.real]) {
      await expect(calls.raw({ path, tr: id, method: 'POST', replayable: true })).rejects.toEqual(refused);
    }
    expect(perform).not.toHaveBeenCalled();
    await calls.raw({ path, tr: tr.real, method: 'POST' });
    expect(perform.mock.calls.map(([{ endpoint }]) => endpoint.replayable)).toEqual([false]);
  });
});

describe('a name', () => {
  it('that is not quite right gets the likeliest ones, English ones among them', async () => {
    const { calls } = callsOf(kiwoom);
    await expect(calls.call('stock-minutes-chart', {})).rejects.toMatchObject({
      code: 'HUB_CALL_INVALID',
      remedy: expect.stringContaining('stock-minute-chart'),
    });
  });

  it('in English leads to the id, which is what is called and paid for', async () => {
    const { calls, perform } = callsOf(kiwoom);
    await calls.call('stock-info', { stk_cd: '005930' });
    const endpoint = perform.mock.calls[0]?.[0].endpoint;
    expect(endpoint).toMatchObject({ name: 'ka10001', alias: 'stock-info' });
    expect(calls.endpoints.filter(({ name }) => name === 'ka10001')).toHaveLength(1);
    const lines = endpoint === undefined ? [] : kiwoom.budgets({ total: 20, perTr: 5 }, endpoint);
    expect(lines.map(({ name }) => name)).toContain('tr:ka10001');
  });
});
