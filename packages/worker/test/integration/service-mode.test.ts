import { createHub, errors, type Answer } from '@hub/client';
import { expect, onTestFinished, test, vi } from 'vitest';

import { scriptedHub, type Answering } from '../support/scripted-hub.js';
import { openStage, type Stage } from '../support/stage.js';

const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };

const answerWith = (body: Readonly<Record<string, unknown>>): Answer => ({
  status: 200,
  headers: { tr_cont: 'M' },
  body,
  receivedAt: 1_795_754_689_954,
  requestId: 'request-1',
  tr: 'FHKST01010100',
  keyId: '0123456789ab',
});

/** A hub without keys on the stage's queues; closed with the test. */
const keyless = (stage: Stage) => {
  const { redisUrl, prefix } = stage;
  const hub = createHub({ mode: 'service', redis: { main: redisUrl } }, { env: {}, queuePrefix: prefix });
  onTestFinished(() => hub.close());
  return hub;
};

test('a call is made by the worker, and the whole answer comes back', async () => {
  const stage = await openStage();
  const answering = vi.fn<Answering>(async () => answerWith({ rt_cd: '0', 이름: '삼성전자' }));
  await stage.start({ hub: scriptedHub(undefined, answering) });
  const answer = await keyless(stage).kis.call('inquire-price', price, { priority: 'realtime', timeoutMs: 700 });
  expect(answer).toEqual(answerWith({ rt_cd: '0', 이름: '삼성전자' }));
  expect(answering).toHaveBeenCalledExactlyOnceWith(
    'inquire-price',
    { params: price, cursor: {} },
    expect.objectContaining({ priority: 'realtime', timeoutMs: 700, signal: expect.any(AbortSignal) }),
  );
});

test('what the worker cannot do is the same error here', async () => {
  const stage = await openStage();
  const fault = { broker: 'kis', endpoint: 'inquire-price', status: 500, brokerCode: 'EGW00201', meaning: 'too many' };
  const error = new errors.BrokerBusy({ ...fault, brokerMessage: '초당 거래건수를 초과하였습니다.' }, 'Wait.');
  await stage.start({ hub: scriptedHub(undefined, () => Promise.reject(error)) });
  const told: unknown = await keyless(stage)
    .kis.call('inquire-price', price)
    .catch((reason: unknown) => reason);
  expect(told).toBeInstanceOf(errors.BrokerBusy);
  expect(told).toEqual(error);
  expect(told).toMatchObject({ brokerCode: 'EGW00201', retryAfterMs: 1_000, remedy: 'Wait.' });
});
