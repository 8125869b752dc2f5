import { createHub, type Answer, type Hub, type HubEffects } from '@hub/client';
import { onTestFinished } from 'vitest';

import type { Stage } from './stage.js';

export const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };

/** Of a buy order, without the account: the worker's hub knows it. */
export const order = { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };

/** A hub without keys on the queues of a stage; closed with the test. */
export const keyless = ({ redisUrl, prefix }: Pick<Stage, 'redisUrl' | 'prefix'>, effects: HubEffects = {}): Hub => {
  const hub = createHub({ mode: 'service', redis: { main: redisUrl } }, { env: {}, queuePrefix: prefix, ...effects });
  onTestFinished(() => hub.close());
  return hub;
};

export const answerWith = (body: Readonly<Record<string, unknown>>): Answer => ({
  status: 200,
  headers: { tr_cont: 'M' },
  body,
  receivedAt: 1_795_754_689_954,
  requestId: 'request-1',
  tr: 'FHKST01010100',
  keyId: '0123456789ab',
});

export const reasonOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => {
      throw new Error(`answered: ${JSON.stringify(answer)}`);
    },
    (reason: unknown) => reason,
  );
