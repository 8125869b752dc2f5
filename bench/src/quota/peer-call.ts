import { demoKeys } from '@hub/broker-sim';
import { Agent } from 'undici';

import { peers, type PeerName } from '../peer/index.js';
import { price, type Calling, type CallerOrder } from './call.js';
import { inFlight, perSecond } from './cell.js';

/** One token for all processes: nothing of this is measured. */
export const issueToken = async (brokerUrl: string): Promise<string> => {
  const { appKey: appkey, appSecret: appsecret } = demoKeys;
  const response = await fetch(`${brokerUrl}/oauth2/tokenP`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', appkey, appsecret }),
  });
  const { access_token: token } = (await response.json()) as { readonly access_token: string };
  return token;
};

/** The same request as the hub's over the same HTTP. A refusal for the quota is an answer: the journal counts it. */
export const peerCalling = async (name: PeerName, order: CallerOrder, signal: AbortSignal): Promise<Calling> => {
  const peer = await peers[name]({ redisUrl: order.redis.gatekeeper, perSecond, inFlight });
  const agent = new Agent({ pipelining: 1, keepAliveTimeout: 20_000 });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    authorization: `Bearer ${order.token}`,
    appkey: demoKeys.appKey,
    appsecret: demoKeys.appSecret,
    tr_id: 'FHKST01010100',
    custtype: 'P',
  };
  const path = `/uapi/domestic-stock/v1/quotations/inquire-price?${new URLSearchParams(price.params).toString()}`;
  return {
    call: (granted) =>
      peer.run(async () => {
        signal.throwIfAborted();
        granted();
        const { body } = await agent.request({ origin: order.brokerUrl, path, method: 'GET', headers, signal });
        await body.dump();
      }),
    close: async () => {
      await peer.close();
      await agent.destroy();
    },
  };
};
