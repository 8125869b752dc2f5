import { expect, it } from 'vitest';

import { defaultSymbols, startBrokerSim } from '../../src/index.js';
import { endpoints, json, kst, quotation, requestToken, signIn, stock } from '../support/kis.js';
import { approve, connect, readFrame, subscribed } from '../support/live.js';

/** On some days the tests run there is no market; this Friday has one. */
const friday = '2026-11-27T10:00';
const lively = defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 }));

it('goes by a clock of its own: quotes and live feeds are of that hour, and tokens end by the clock of the machine', async () => {
  await using sim = await startBrokerSim({ clock: friday, symbols: lively, tokenMinuteMs: 0 });
  const health = (await (await fetch(`${sim.url}/sim/health`)).json()) as { now: number };
  expect(Math.floor((health.now - kst('2026-11-27', '10:00:00')) / 60_000)).toBe(0);

  const { access_token: token, access_token_token_expired: end } = json(await requestToken(sim)) as Record<
    string,
    string
  >;
  expect(Math.round((Date.parse(`${String(end).replace(' ', 'T')}+09:00`) - Date.now()) / 3_600_000)).toBe(24);
  const { iat } = JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as { iat: number };
  expect(Math.abs(iat - Date.now() / 1_000)).toBeLessThan(60);

  const { output } = json(await quotation(sim, await signIn(sim), endpoints.price, stock()));
  expect(Number((output as Record<string, string>).acml_vol)).toBeGreaterThan(0);

  const client = await connect(sim, 'kis');
  await subscribed(client, await approve(sim), 'H0STCNT0', '005930');
  const [record] = readFrame(await client.next()).records;
  expect(record?.[1]).toMatch(/^100\d\d\d$/);
  expect(record?.[33]).toBe('20261127');
  client.socket.terminate();
});
