import { createHash } from 'node:crypto';
import type { Fault } from '../../fault/faults.js';
import type { Answer } from '../../wire/kis/answer.js';
import { gatewayError } from '../../wire/kis/errors.js';
import type { Verdict } from '../journal.js';
import { header, type Arrival, type Broker, type Endpoint } from './endpoint.js';
import { throughGate } from './gate.js';
import { answerHashkey, answerOauth, oauthAppKey } from './oauth.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const business = (broker: Broker, endpoints: ReadonlyMap<string, Endpoint>, arrival: Arrival): Answer => {
  if (arrival.path === '/uapi/hashkey' && arrival.method === 'POST') return answerHashkey(broker, arrival, sha256);
  const endpoint = endpoints.get(`${arrival.method} ${arrival.path}`);
  return endpoint === undefined ? gatewayError('EGW00203') : throughGate(broker, endpoint, arrival);
};

/** Faults that keep the broker from acting on the call. */
const lostTo = (fault: Fault | undefined): boolean =>
  fault !== undefined && ['drop', '5xx', 'html'].includes(fault.kind);

const verdictOf = (answer: Answer): Verdict => {
  if (answer.code === 'EGW00201') return 'breach';
  return /^(EGW|OPSQ)/.test(answer.code) || answer.status !== 200 ? 'error' : 'ok';
};

/** Decides on one arrival, writes it down, and answers; undefined when a fault kept the broker from acting. */
export const judge = (
  broker: Broker,
  endpoints: ReadonlyMap<string, Endpoint>,
  arrival: Arrival,
  fault: Fault | undefined,
): Answer | undefined => {
  const counted = arrival.path.startsWith('/uapi/') && fault?.kind !== 'drop';
  const key = broker.keys.idOf(counted ? header(arrival, 'appkey') : oauthAppKey(arrival));
  const within = !counted || broker.journal.quota.take(key, arrival.at);
  if (fault?.kind === 'expire-token') broker.tokens.kill('expired', key);
  const decide = (): Answer | undefined => {
    if (!within) return gatewayError('EGW00201');
    if (lostTo(fault)) return undefined;
    return answerOauth(broker, arrival) ?? business(broker, endpoints, arrival);
  };
  const answer = decide();
  const marker = header(arrival, 'gt_uid');
  broker.journal.add({
    at: arrival.at,
    key,
    path: arrival.path,
    tr: header(arrival, 'tr_id'),
    verdict: answer === undefined ? 'lost' : verdictOf(answer),
    code: answer?.code ?? '',
    status: answer?.status ?? 0,
    counted,
    ...(fault === undefined ? {} : { fault: fault.kind }),
    ...(marker === '' ? {} : { marker }),
  });
  return answer;
};
