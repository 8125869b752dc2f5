import { AnswerUnreadable, TokenRefused } from '../../error/index.js';
import { CodedFault, type Answer, type WireRequest, type WireResponse } from '../../request/contract.js';
import { IssueTooSoon } from '../../vault/contract.js';
import { parseBody, textOf, type Body } from '../body.js';
import type { Broker, Credentials, IssuedToken } from '../contract.js';
import { kstTimestamp } from '../kst.js';
import { kisFacts, kisReaction } from './errors.js';

export const jsonType = 'application/json; charset=utf-8';

/** Headers of every business call; the names are lower-case on the wire. */
export const encode: Broker['encode'] = ({ endpoint, environment, credentials, page, token, hashKey }) => {
  const headers = {
    'content-type': jsonType,
    authorization: `Bearer ${token}`,
    appkey: credentials.appKey,
    appsecret: credentials.appSecret,
    tr_id: endpoint.tr[environment] ?? '',
    tr_cont: '',
    custtype: 'P',
    ...page.cursor,
  };
  if (endpoint.method === 'POST') {
    const hashed = hashKey === undefined ? headers : { ...headers, hashkey: hashKey };
    return { method: 'POST', path: endpoint.path, headers: hashed, body: JSON.stringify(page.params) };
  }
  // The official samples send every key of a query, empty where there is nothing to say.
  const empty = Object.fromEntries(endpoint.optional.map((key) => [key, '']));
  const query = new URLSearchParams({ ...empty, ...page.params });
  return { method: 'GET', path: `${endpoint.path}?${query.toString()}`, headers };
};

/** The body of a success; anything else is thrown with the reaction of the error catalogue. */
export const decode = (endpoint: string, response: WireResponse): Answer['body'] => {
  const body = parseBody(endpoint, response);
  if (body.rt_cd === '0') return body;
  const code = textOf(body, 'msg_cd') || textOf(body, 'error_code');
  if (code === '') {
    throw new AnswerUnreadable(endpoint, response.status, 'JSON without rt_cd and without a code');
  }
  const { reaction, meaning, remedy } = kisReaction(code);
  const brokerMessage = textOf(body, 'msg1') || textOf(body, 'error_description');
  throw new CodedFault(
    { broker: 'kis', endpoint, status: response.status, brokerCode: code, brokerMessage, meaning },
    reaction,
    remedy,
    kisFacts(code),
  );
};

export const encodeTokenRequest = ({ appKey, appSecret }: Credentials): WireRequest => ({
  method: 'POST',
  path: '/oauth2/tokenP',
  headers: { 'content-type': jsonType },
  body: JSON.stringify({ grant_type: 'client_credentials', appkey: appKey, appsecret: appSecret }),
});

/** KIS prints the end of a token in KST without a zone; `expires_in` (seconds) would count from an unknown instant. */
export const decodeToken = (response: WireResponse): IssuedToken => {
  const endpoint = 'oauth2/tokenP';
  const body = parseBody(endpoint, response);
  const token = textOf(body, 'access_token');
  const expiresAt = kstTimestamp(textOf(body, 'access_token_token_expired'));
  if (token === '' || expiresAt === undefined) throw tokenFault(endpoint, response, body);
  const issuedAt = issuedAtIn(token);
  return { token, expiresAt, ...(issuedAt === undefined ? {} : { issuedAt }) };
};

/** A token of KIS is a JWT whose `iat` (seconds) tells when it was made (a recorded answer, 2026-11-23). */
const issuedAtIn = (token: string): number | undefined => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const seconds = isRecord(claims) ? claims.iat : undefined;
    return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  } catch {
    return undefined;
  }
};

/** Why there is no token or approval key in this answer. */
export const tokenFault = (endpoint: string, response: WireResponse, body: Body): Error => {
  const code = textOf(body, 'error_code') || textOf(body, 'msg_cd');
  if (code === '') return new AnswerUnreadable(endpoint, response.status, 'JSON without a token and without a code');
  const brokerMessage = textOf(body, 'error_description') || textOf(body, 'msg1');
  if (code === 'EGW00133') return new IssueTooSoon(brokerMessage);
  const { reaction, meaning, remedy } = kisReaction(code);
  if (reaction === 'fix') return new TokenRefused(code, `${brokerMessage} (${meaning})`, remedy);
  return new CodedFault(
    { broker: 'kis', endpoint, status: response.status, brokerCode: code, brokerMessage, meaning },
    reaction === 'renew' ? 'stop' : reaction,
    remedy,
  );
};

/** The keys come back in lower case and go out in upper case, blanks and all. Without all of them there is no next page. */
export const nextPage: Broker['nextPage'] = ({ cursorKeys = [], moreWhen = [] }, { params }, { headers, body }) => {
  if (!moreWhen.includes(headers.tr_cont ?? '') || isEmptyPage(body)) return undefined;
  const context: Record<string, string> = {};
  for (const key of cursorKeys) {
    const value = valueIn(body, key.toLowerCase());
    if (value === undefined || (value.trim() === '' && !key.startsWith('CTX_AREA'))) return undefined;
    context[key] = value;
  }
  // Overseas futures are asked for `Q`uery first, and for the `P`ages behind it then (official samples).
  const following = 'INDEX_KEY' in context && 'QRY_TP' in params ? { QRY_TP: 'P' } : {};
  return { params: { ...params, ...following, ...context }, cursor: { tr_cont: 'N' } };
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Beside the outputs, or in the one of them that is no list. */
const valueIn = (body: Answer['body'], key: string): string | undefined =>
  [body, ...Object.values(body).filter(isRecord)]
    .map((place) => place[key])
    .find((value): value is string => typeof value === 'string');

/** The first output that is a list holds the rows; a list behind it sums them up. */
const isEmptyPage = (body: Answer['body']): boolean =>
  Object.values(body).find((value) => Array.isArray(value))?.length === 0;
