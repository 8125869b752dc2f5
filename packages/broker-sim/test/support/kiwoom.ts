import { afterEach } from 'vitest';

import { demoKiwoomKeys, startBrokerSim, type BrokerSim, type BrokerSimOptions } from '../../src/index.js';
import { json, kst, post, type Json, type Reply, type Row } from './kis.js';

const paths: Readonly<Record<string, string>> = {
  ka10001: '/api/dostk/stkinfo',
  ka10003: '/api/dostk/stkinfo',
  ka10004: '/api/dostk/mrkcond',
  ka10084: '/api/dostk/stkinfo',
  ka10095: '/api/dostk/stkinfo',
  kt20016: '/api/dostk/stkinfo',
  ka10079: '/api/dostk/chart',
  ka10080: '/api/dostk/chart',
  ka10081: '/api/dostk/chart',
  ka10075: '/api/dostk/acnt',
  kt00007: '/api/dostk/acnt',
  ka01690: '/api/dostk/acnt',
  kt00002: '/api/dostk/acnt',
  kt10000: '/api/dostk/ordr',
  kt10001: '/api/dostk/ordr',
};

const lists: Readonly<Record<string, string>> = {
  ka10003: 'cntr_infr',
  ka10084: 'tdy_pred_cntr',
  ka10095: 'atn_stk_infr',
  ka10079: 'stk_tic_chart_qry',
  ka10080: 'stk_min_pole_chart_qry',
  ka10081: 'stk_dt_pole_chart_qry',
  ka10075: 'oso',
  kt00007: 'acnt_ord_cntr_prps_dtl',
};

export const tokenBody = {
  grant_type: 'client_credentials',
  appkey: demoKiwoomKeys.appKey,
  secretkey: demoKiwoomKeys.secretKey,
};

export const requestToken = (sim: BrokerSim, body: Json = tokenBody): Promise<Reply> =>
  post(sim, '/oauth2/token', body);

/** Headers of a business call, with a token. */
export const signIn = async (sim: BrokerSim, body: Json = tokenBody): Promise<Row> => ({
  authorization: `Bearer ${json(await requestToken(sim, body)).token as string}`,
});

/** A simulator whose clock stands on Friday 2026-11-06 in the afternoon, quota out of the way, and a token for it. */
const openKiwoom = async (options: BrokerSimOptions = {}): Promise<{ sim: BrokerSim; headers: Row }> => {
  const sim = await startBrokerSim({
    now: () => kst('2026-11-06', '14:05:30'),
    ...options,
    kiwoom: { limit: { perTr: 1_000 }, ...options.kiwoom },
  });
  return { sim, headers: await signIn(sim) };
};

/** Each test opens one; it is closed after it. Gives back the headers. */
export const kiwoomPerTest = (take: (sim: BrokerSim) => void): ((options?: BrokerSimOptions) => Promise<Row>) => {
  let opened: BrokerSim;
  afterEach(() => opened.close());
  return async (options) => {
    const { sim, headers } = await openKiwoom(options);
    opened = sim;
    take(sim);
    return headers;
  };
};

export const ask = (sim: BrokerSim, headers: Row, apiId: string, body: Json): Promise<Reply> =>
  post(sim, paths[apiId] ?? '', body, { 'api-id': apiId, ...headers });

export const listOf = (reply: Reply, apiId: string): Row[] => json(reply)[lists[apiId] ?? ''] as Row[];

/** Every page of a list, asked for as the guide says: the same body with both headers of the page before. */
export const pagesOf = async (
  sim: BrokerSim,
  headers: Row,
  apiId: string,
  body: Json,
  most = Number.POSITIVE_INFINITY,
): Promise<Row[][]> => {
  const pages: Row[][] = [];
  let more: Row = {};
  do {
    const reply = await ask(sim, { ...headers, ...more }, apiId, body);
    pages.push(listOf(reply, apiId));
    more = { 'cont-yn': reply.headers.get('cont-yn') ?? '', 'next-key': reply.headers.get('next-key') ?? '' };
  } while (more['cont-yn'] === 'Y' && pages.length < most);
  return pages;
};

/** The code inside the text, wherever it hides. */
export const innerCode = (reply: Reply): string | undefined => {
  const text = String(json(reply).return_msg);
  return (/\[(\d{4}):/.exec(text) ?? /CODE=(\d{4})/.exec(text) ?? /\((RC\d{4}):/.exec(text))?.[1];
};

/** Status, `return_code` and the code inside the text. */
export const refusal = (reply: Reply): unknown[] => [reply.status, json(reply).return_code, innerCode(reply)];

/** What a row says without its signs. */
export const figures = (row: Row): number[] =>
  ['open_pric', 'high_pric', 'low_pric', 'cur_prc', 'trde_qty'].map((name) => Math.abs(Number(row[name])));

export const minuteBody = (code = '005930', more: Json = {}): Json => ({
  stk_cd: code,
  tic_scope: '1',
  upd_stkpc_tp: '0',
  ...more,
});

export const dayBody = (code = '005930', more: Json = {}): Json => ({
  stk_cd: code,
  base_dt: '20261106',
  upd_stkpc_tp: '0',
  ...more,
});
