import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Redis } from 'ioredis';
import { beforeAll, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import type { Hub } from '../../src/hub/hub.js';
import { freshKey, openStage } from '../support/hub.js';
import { http, startRawServer } from '../support/raw-server.js';

const account = '73915826-01';
const balance = { CANO: '73915826', ACNT_PRDT_CD: '01' };
const order = { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
const channelNames = ['start', 'end', 'error']
  .map((end) => `hub:call:${end}`)
  .concat('hub:permit', 'hub:retry', 'hub:notice');

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});

/** Everything that anybody could see of the calls of one hub. */
const openWitness = async () => {
  const key = freshKey();
  // A broker that quotes what it was sent, in its own words.
  const server = await startRawServer((socket, request) => {
    const head = request.replaceAll(/\s+/g, ' ');
    const msg1 = `계좌번호 ${account}, 계좌 7391582601: ${head}`;
    socket.write(
      http(JSON.stringify({ rt_cd: '1', msg_cd: request.includes('order') ? 'EGW00201' : 'APBK0919', msg1 })),
    );
  });
  const stage = await openStage();
  const seen: string[] = [];
  const see = (what: unknown): void =>
    void seen.push(inspect(what, { depth: 10, showHidden: true }), JSON.stringify(what));
  const watcher = await new Redis(redisUrls().main).monitor();
  watcher.on('monitor', (_time: string, args: string[]) => void seen.push(args.join(' ')));
  for (const name of channelNames) subscribe(name, see);
  const write = (fields: object, text: string): void => {
    see([fields, text]);
  };
  const hub = stage.hub(
    { retries: 1, kis: { ...key, account, baseUrl: server.url } },
    { notify: see, logger: { info: write, warn: write, error: write } },
  );
  return {
    ...{ hub, seen, see, key },
    [Symbol.asyncDispose]: async () => {
      for (const name of channelNames) unsubscribe(name, see);
      watcher.disconnect();
      await stage[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
};

const errorOf = async (hub: Hub, call: () => Promise<unknown>): Promise<unknown> => {
  expect(hub.mode).toBe('direct');
  return call().then(
    () => {
      throw new Error('this call was to fail');
    },
    (error: unknown) => error,
  );
};

it('an account is in no error, notice, log line, span or message, and in nothing that failures leave in Redis', async () => {
  await using witness = await openWitness();
  const { hub, seen, see, key } = witness;
  const fields = {
    AFHR_FLPR_YN: 'N',
    INQR_DVSN: '02',
    UNPR_DVSN: '01',
    FUND_STTL_ICLD_YN: 'N',
    FNCG_AMT_AUTO_RDPT_YN: 'N',
  };
  const rest = { OFL_YN: '', PRCS_DVSN: '00', CTX_AREA_FK100: '', CTX_AREA_NK100: '' };
  const ask = (params: object) => () =>
    // Equal calls share an answer by way of Redis, and so a refusal.
    Promise.all(
      [1, 2].map(() => hub.kis.call('inquire-balance', { ...fields, ...rest, ...params }, { coalesce: true })),
    );
  see(await errorOf(hub, ask({})));
  see(await errorOf(hub, ask(balance)));
  see(await errorOf(hub, () => hub.kis.call('order-cash-buy', order)));
  see(
    exporter.getFinishedSpans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
  );
  const everything = seen.join('\n');
  expect(everything).toContain('계좌번호 ***');
  expect(everything).toContain('HUB_BROKER_BUSY');
  expect(everything).toContain('api:coalesce');
  for (const secret of ['73915826', key.appKey, key.appSecret]) expect(everything).not.toContain(secret);
  // The record of the token is the only place for it.
  expect(seen.filter((line) => line.includes('raw-token') && !line.includes('issuedBy'))).toEqual([]);
});
