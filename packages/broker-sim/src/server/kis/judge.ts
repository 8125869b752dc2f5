import type { Fault } from '../../fault/faults.js';
import type { Answer } from '../../wire/answer.js';
import { gatewayError } from '../../wire/kis/errors.js';
import { header, lostTo, type Arrival, type House } from '../house.js';
import type { Verdict } from '../journal.js';
import type { Broker, Endpoint } from './endpoint.js';
import { createEndpoints } from './endpoints.js';
import { throughGate } from './gate.js';
import { answerHashkey, answerOauth, oauthAppKey } from './oauth.js';

const business = (broker: Broker, endpoints: ReadonlyMap<string, Endpoint>, arrival: Arrival): Answer => {
  if (arrival.path === '/uapi/hashkey' && arrival.method === 'POST') return answerHashkey(broker, arrival);
  const endpoint = endpoints.get(`${arrival.method} ${arrival.path}`);
  return endpoint === undefined ? gatewayError('EGW00203') : throughGate(broker, endpoint, arrival);
};

const verdictOf = (answer: Answer): Verdict => {
  if (answer.code === 'EGW00201') return 'breach';
  return /^(EGW|OPSQ)/.test(answer.code) || answer.status !== 200 ? 'error' : 'ok';
};

const judge = (
  broker: Broker,
  endpoints: ReadonlyMap<string, Endpoint>,
  arrival: Arrival,
  fault: Fault | undefined,
): Answer | undefined => {
  const counted = arrival.path.startsWith('/uapi/') && fault?.kind !== 'drop';
  const key = broker.keys.idOf(counted ? header(arrival, 'appkey') : oauthAppKey(arrival));
  const within = !counted || broker.quota.take(key, arrival.at);
  if (fault?.kind === 'expire-token') broker.tokens.kill('expired', key);
  const decide = (): Answer | undefined => {
    if (!within) return gatewayError('EGW00201');
    if (lostTo(fault)) return undefined;
    return answerOauth(broker, arrival) ?? business(broker, endpoints, arrival);
  };
  const answer = decide();
  const verdict = answer === undefined ? 'lost' : verdictOf(answer);
  broker.journal.arrived('kis', arrival, { key, counted, verdict, answer, fault });
  return answer;
};

/** KIS as the front sees it. */
export const createKis = (broker: Broker): House => {
  const endpoints = createEndpoints();
  return {
    trOf: (request) => header(request, 'tr_id'),
    judge: (arrival, fault) => judge(broker, endpoints, arrival, fault),
    headers: (arrival, answer, served) => {
      const marker = header(arrival, 'gt_uid');
      return {
        'content-type': 'application/json; charset=utf-8',
        tr_id: arrival.tr,
        tr_cont: '',
        gt_uid: marker === '' ? served.toString(16).padStart(32, '0') : marker,
        ...answer.headers,
      };
    },
  };
};
