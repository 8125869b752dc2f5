import { demoKeys, type BrokerSim } from '../../src/index.js';

/** What came over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Json = Record<string, unknown>;
export type Row = Record<string, string>;

export const json = (reply: Reply): Json => JSON.parse(reply.text) as Json;
export const rows = (reply: Reply, name = 'output2'): Row[] => json(reply)[name] as Row[];
export const code = (reply: Reply): unknown => json(reply).msg_cd ?? json(reply).error_code;

const receive = async (response: Response): Promise<Reply> => ({
  status: response.status,
  headers: response.headers,
  text: await response.text(),
});

export const post = async (sim: BrokerSim, path: string, body: unknown, headers: Row = {}): Promise<Reply> =>
  receive(
    await fetch(sim.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );

export const tokenBody = {
  grant_type: 'client_credentials',
  appkey: demoKeys.appKey,
  appsecret: demoKeys.appSecret,
};

export const requestToken = (sim: BrokerSim, body: Json = tokenBody): Promise<Reply> =>
  post(sim, '/oauth2/tokenP', body);

/** Headers of a business call, with a fresh token. */
export const signIn = async (sim: BrokerSim): Promise<Row> => {
  const token = json(await requestToken(sim)).access_token as string;
  return { authorization: `Bearer ${token}`, appkey: demoKeys.appKey, appsecret: demoKeys.appSecret, custtype: 'P' };
};

export const get = async (sim: BrokerSim, path: string, query: Row, headers: Row): Promise<Reply> =>
  receive(await fetch(`${sim.url}${path}?${new URLSearchParams(query).toString()}`, { headers }));

const QUOTATIONS = '/uapi/domestic-stock/v1/quotations/';

/** Shortest way to a quotation: name, TR, query. */
export const quotation = (sim: BrokerSim, headers: Row, [name, tr]: readonly [string, string], query: Row) =>
  get(sim, QUOTATIONS + name, query, { ...headers, tr_id: tr });

export const endpoints = {
  price: ['inquire-price', 'FHKST01010100'],
  book: ['inquire-asking-price-exp-ccn', 'FHKST01010200'],
  ccnl: ['inquire-ccnl', 'FHKST01010300'],
  conclusion: ['inquire-time-itemconclusion', 'FHPST01060000'],
  today: ['inquire-time-itemchartprice', 'FHKST03010200'],
  history: ['inquire-time-dailychartprice', 'FHKST03010230'],
  daily: ['inquire-daily-itemchartprice', 'FHKST03010100'],
  holiday: ['chk-holiday', 'CTCA0903R'],
} as const satisfies Record<string, readonly [string, string]>;

export const stock = (symbol = '005930', venue = 'J'): Row => ({
  FID_COND_MRKT_DIV_CODE: venue,
  FID_INPUT_ISCD: symbol,
});

export const historyQuery = (day: string, hour = '153000', more: Row = {}): Row => ({
  ...stock(),
  FID_INPUT_DATE_1: day,
  FID_INPUT_HOUR_1: hour,
  FID_PW_DATA_INCU_YN: 'N',
  FID_FAKE_TICK_INCU_YN: '',
  ...more,
});

/** A KST moment as epoch ms. */
export const kst = (day: string, time: string): number => Date.parse(`${day}T${time}+09:00`);

/** A clock that stands still until it is set. */
export const stoppedClock = (at: number): { now: () => number; set: (at: number) => void } => {
  let current = at;
  return {
    now: () => current,
    set: (next) => {
      current = next;
    },
  };
};
