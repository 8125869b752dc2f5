import { isAnswer, type Answer } from '../../wire/answer.js';
import {
  authorizationMalformed,
  authorizationMissing,
  authRefused,
  fieldMalformed,
  fieldMissing,
  idMisplaced,
  idMissing,
  idUnknown,
  methodWrong,
  tokenMissing,
  tokenTypeUnknown,
} from '../../wire/kiwoom/errors.js';
import { isTokenOf } from '../../wire/kiwoom/token.js';
import { header, parseObject, type Arrival } from '../house.js';
import type { KiwoomBroker, KiwoomEndpoint } from './endpoint.js';

/** The token of the header; empty when there is none. */
export const bearerOf = (arrival: Arrival): string => /^Bearer (.+)$/.exec(header(arrival, 'authorization'))?.[1] ?? '';

/** The operation that id and path name together, or the refusal. */
export const endpointOf = (
  endpoints: ReadonlyMap<string, KiwoomEndpoint>,
  { method, path, tr }: Arrival,
): KiwoomEndpoint | Answer => {
  if (method !== 'POST') return methodWrong();
  if (tr === '') return idMissing();
  const endpoint = endpoints.get(tr);
  if (endpoint === undefined) return idUnknown(tr);
  return endpoint.path === path ? endpoint : idMisplaced(tr, path);
};

const authorizationProblem = (arrival: Arrival): Answer | undefined => {
  const given = header(arrival, 'authorization');
  if (given === '') return authorizationMissing();
  // Blanks at the end of a header do not survive the way: "Bearer " arrives as "Bearer".
  if (given === 'Bearer') return tokenMissing();
  if (given.startsWith('Bearer ')) return undefined;
  return given.includes(' ') ? tokenTypeUnknown() : authorizationMalformed();
};

const tokenProblem = ({ settings, tokens }: KiwoomBroker, arrival: Arrival, keyId: string): Answer | undefined => {
  const token = bearerOf(arrival);
  if (tokens.state(token, keyId, arrival.at) === 'valid') return undefined;
  const other = settings.environment === 'real' ? 'paper' : 'real';
  return authRefused(isTokenOf(token, other) ? 8031 : 8005, settings.kiwoom.tokenRefusal);
};

const fieldsOf = (endpoint: KiwoomEndpoint, body: string): ReadonlyMap<string, string> | Answer => {
  const object = parseObject(body.trim() === '' ? '{}' : body);
  if (object === undefined) return fieldMalformed('body', 'JSON 형식이 아닙니다');
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(object)) {
    if (typeof value !== 'string') return fieldMalformed(name, '문자열이 아닙니다');
    fields.set(name, value);
  }
  for (const { name, required, fits } of endpoint.fields) {
    const value = fields.get(name) ?? '';
    if (required && value === '') return fieldMissing(name);
    if (!fits(value)) return fieldMalformed(name, `허용되지 않는 값입니다(${value})`);
  }
  return fields;
};

/** Runs the checks that follow on id, path and quota, and answers the call. */
export const throughGate = (
  broker: KiwoomBroker,
  endpoint: KiwoomEndpoint,
  arrival: Arrival,
  keyId: string,
): Answer => {
  const problem = authorizationProblem(arrival) ?? tokenProblem(broker, arrival, keyId);
  if (problem !== undefined) return problem;
  const fields = fieldsOf(endpoint, arrival.body);
  return isAnswer(fields) ? fields : endpoint.answer({ broker, arrival, keyId, fields });
};
