import { demoKeys } from '@hub/broker-sim';
import { createHub } from '@hub/client';
import { Redis } from 'ioredis';
import { Agent } from 'undici';

/** `bare`: undici and nothing else. `floor`: what every shared limiter has to do at least, a word to Redis before and after. */
export const wayNames = ['bare', 'floor', 'hub'] as const;
export type WayName = (typeof wayNames)[number];

export interface CallsOrder {
  readonly way: WayName;
  readonly brokerUrl: string;
  readonly redis: { readonly main: string; readonly gatekeeper: string };
}

/** One call of one price, and its end. */
export interface Way {
  call(): Promise<unknown>;
  close(): Promise<void>;
}

/** The most that settings allow: the bench stays far below. */
const perSecond = 100;

const params = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' } as const;

/** The same request as the hub's, headers and all. */
const bareCall = (brokerUrl: string) => {
  const agent = new Agent({ pipelining: 1, keepAliveTimeout: 20_000 });
  const path = `/uapi/domestic-stock/v1/quotations/inquire-price?${new URLSearchParams(params).toString()}`;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    authorization: 'Bearer bench-token',
    appkey: demoKeys.appKey,
    appsecret: demoKeys.appSecret,
    tr_id: 'FHKST01010100',
    custtype: 'P',
  };
  return {
    call: async () => {
      const { body } = await agent.request({ origin: brokerUrl, path, method: 'GET', headers });
      return body.text();
    },
    close: () => agent.close(),
  };
};

const ways: Readonly<Record<WayName, (order: CallsOrder) => Way>> = {
  bare: ({ brokerUrl }) => bareCall(brokerUrl),
  floor: ({ brokerUrl, redis }) => {
    const { call, close } = bareCall(brokerUrl);
    const gatekeeper = new Redis(redis.gatekeeper);
    return {
      call: async () => {
        await gatekeeper.ping();
        const text = await call();
        await gatekeeper.ping();
        return JSON.parse(text) as unknown;
      },
      close: async () => {
        gatekeeper.disconnect();
        await close();
      },
    };
  },
  hub: ({ brokerUrl, redis }) => {
    const hub = createHub({ redis, kis: { ...demoKeys, baseUrl: brokerUrl, perSecond } }, { env: {} });
    return { call: () => hub.kis.call('inquire-price', params), close: () => hub.close() };
  },
};

export const openWay = (order: CallsOrder): Way => ways[order.way](order);
