import { AnswerUnreadable, TokenRefused } from '../../error/index.js';
import { CodedFault, type Answer, type WireRequest, type WireResponse } from '../../request/contract.js';
import { IssueTooSoon } from '../../vault/contract.js';
import type { Broker, Credentials, IssuedToken } from '../contract.js';
import { kstTimestamp } from '../kst.js';
import { kisReaction } from './errors.js';

const jsonType = 'application/json; charset=utf-8';

/** Headers of every business call; the names are lower-case on the wire. */
export const encode: Broker['encode'] = ({ endpoint, environment, credentials, params, trCont, token }) => {
  const headers = {
    'content-type': jsonType,
    authorization: `Bearer ${token}`,
    appkey: credentials.appKey,
    appsecret: credentials.appSecret,
    tr_id: endpoint.tr[environment] ?? '',
    tr_cont: trCont,
    custtype: 'P',
  };
  if (endpoint.method === 'POST') {
    return { method: 'POST', path: endpoint.path, headers, body: JSON.stringify(params) };
  }
  return { method: 'GET', path: `${endpoint.path}?${new URLSearchParams(params).toString()}`, headers };
};

/** The body of a success; anything else is thrown with the reaction of the error catalogue. */
export const decode = (endpoint: string, response: WireResponse): Answer['body'] => {
  const body = parse(endpoint, response);
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
  const body = parse(endpoint, response);
  const token = textOf(body, 'access_token');
  const expiresAt = kstTimestamp(textOf(body, 'access_token_token_expired'));
  if (token !== '' && expiresAt !== undefined) return { token, expiresAt };
  const code = textOf(body, 'error_code') || textOf(body, 'msg_cd');
  if (code === '') throw new AnswerUnreadable(endpoint, response.status, 'JSON without a token and without a code');
  const brokerMessage = textOf(body, 'error_description') || textOf(body, 'msg1');
  if (code === 'EGW00133') throw new IssueTooSoon(brokerMessage);
  const { reaction, meaning, remedy } = kisReaction(code);
  if (reaction === 'fix') throw new TokenRefused(code, `${brokerMessage} (${meaning})`, remedy);
  throw new CodedFault(
    { broker: 'kis', endpoint, status: response.status, brokerCode: code, brokerMessage, meaning },
    reaction === 'renew' ? 'stop' : reaction,
    remedy,
  );
};

const textOf = (body: Readonly<Record<string, unknown>>, key: string): string => {
  const value = body[key];
  return typeof value === 'string' ? value.trim() : '';
};

const parse = (endpoint: string, { status, text }: WireResponse): Readonly<Record<string, unknown>> => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Without the parser's error as cause: it quotes the text, and that may hold a token.
    throw new AnswerUnreadable(endpoint, status, `not JSON but ${looksLike(text)}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AnswerUnreadable(endpoint, status, 'JSON that is not an object');
  }
  return body as Readonly<Record<string, unknown>>;
};

/** Says what came instead without quoting it: an error page may echo headers, and those hold the key. */
const looksLike = (text: string): string => {
  if (text.trim() === '') return 'an empty body';
  if (/^\s*</.test(text)) return 'an HTML or XML page';
  return `${String(text.length)} characters that end in the middle or are no JSON at all`;
};
