import { isAnswer, type Answer } from '../../wire/answer.js';
import {
  bodyInvalid,
  bodyMissing,
  fieldMissing,
  gatewayError,
  headerInvalid,
  keyCode,
  trMissing,
  trUnknown,
} from '../../wire/kis/errors.js';
import type { Environment, SimKey } from '../../account/keys.js';
import { header, parseObject, type Arrival } from '../house.js';
import type { Broker, Endpoint, KisCall } from './endpoint.js';
import { hashProblem } from './hash-key.js';

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Names in upper case: the broker takes `fid_*` as well as `FID_*` on GET. */
const queryFields = (query: string): Map<string, string> =>
  new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toUpperCase(), value]));

const bodyFields = (body: string): Map<string, string> | Answer => {
  if (body.trim() === '') return bodyMissing();
  const object = parseObject(body);
  if (object === undefined) return bodyInvalid();
  // Order bodies must be in upper case already, so nothing is converted here.
  return new Map(Object.entries(object).map(([name, value]) => [name, text(value)]));
};

const tokenProblem = (broker: Broker, arrival: Arrival, keyId: string): Answer | undefined => {
  const authorization = header(arrival, 'authorization');
  if (!authorization.startsWith('Bearer ')) return gatewayError('EGW00205');
  const state = broker.tokens.state(authorization.slice('Bearer '.length), keyId, arrival.at);
  if (state === 'valid') return undefined;
  return gatewayError(state === 'expired' ? 'EGW00123' : 'EGW00121');
};

const trProblem = (endpoint: Endpoint, tr: string, environment: Environment): Answer | undefined => {
  if (tr === '') return trMissing();
  if (endpoint.trs[environment].includes(tr)) return undefined;
  const other = environment === 'real' ? 'paper' : 'real';
  return endpoint.trs[other].includes(tr) ? gatewayError('EGW02004') : trUnknown();
};

/** Key pair of the headers, or what is wrong with it. */
export const checkKey = (broker: Broker, arrival: Arrival): SimKey | Answer => {
  const check = broker.keys.check(header(arrival, 'appkey'), header(arrival, 'appsecret'));
  return 'key' in check ? check.key : gatewayError(keyCode[check.problem]);
};

/** Runs every check in the gateway's order and answers the call. The quota was charged before. */
export const throughGate = (broker: Broker, endpoint: Endpoint, arrival: Arrival): Answer => {
  const key = checkKey(broker, arrival);
  if (isAnswer(key)) return key;
  const token = tokenProblem(broker, arrival, broker.keys.idOf(key.appKey));
  if (token !== undefined) return token;
  const { environment } = broker.settings;
  if ((key.environment ?? environment) !== environment) return gatewayError('EGW02004');
  const wrongTr = trProblem(endpoint, arrival.tr, environment);
  if (wrongTr !== undefined) return wrongTr;
  const custtype = header(arrival, 'custtype');
  if (!['P', 'B'].includes(custtype) && (custtype !== '' || broker.settings.requireCusttype)) return headerInvalid();
  if (endpoint.method === 'POST' && !header(arrival, 'content-type').startsWith('application/json')) {
    return gatewayError('EGW00132');
  }
  const wrongHash = endpoint.method === 'POST' ? hashProblem(arrival) : undefined;
  if (wrongHash !== undefined) return wrongHash;
  const fields = endpoint.method === 'GET' ? queryFields(arrival.query) : bodyFields(arrival.body);
  if (isAnswer(fields)) return fields;
  const missing = endpoint.required.find((name) => !fields.has(name));
  if (missing !== undefined) return fieldMissing(missing);
  const call: KisCall = { broker, arrival, key, environment, fields };
  return endpoint.answer(call);
};
