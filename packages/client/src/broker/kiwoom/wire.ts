import { AnswerUnreadable, TokenRefused } from '../../error/index.js';
import { CodedFault, type Answer, type WireResponse } from '../../request/contract.js';
import { parseBody, textOf, type Body } from '../body.js';
import type { Broker, Credentials, IssuedToken, Page } from '../contract.js';
import { kstInstant } from '../kst.js';
import { kiwoomCatalogue } from './catalogue.js';
import { codeOf, kiwoomFacts, kiwoomReaction, tooManyRequests } from './errors.js';

export const jsonType = 'application/json;charset=UTF-8';

/** Headers of every business call; `cont-yn` and `next-key` come with the page. */
export const encode: Broker['encode'] = ({ endpoint, environment, page, token }) => ({
  method: 'POST',
  path: endpoint.path,
  headers: {
    'content-type': jsonType,
    authorization: `Bearer ${token}`,
    'api-id': endpoint.tr[environment] ?? '',
    ...page.cursor,
  },
  body: JSON.stringify(page.params),
});

/** `return_code` is a number; a numeric string is taken as well, as the broker's own client does. */
export const returnCodeOf = (body: Body): number | undefined => {
  const { return_code: code } = body;
  if (typeof code === 'number') return code;
  return typeof code === 'string' && /^\s*-?\d+\s*$/.test(code) ? Number(code) : undefined;
};

const isOrder = (endpoint: string): boolean =>
  Object.entries(kiwoomCatalogue).some(([name, { replayable }]) => name === endpoint && !replayable);

/** Without a specific code in the text: nothing was found (observed). With one, a refusal. */
const nothingFound = 20;

/** A success without anything in it, not even empty lists. */
export const saysNothingFound = (body: Body): boolean => returnCodeOf(body) === nothingFound;

/** The body of a success; anything else is thrown with the reaction of the error catalogue. */
export const decode: Broker['decode'] = (endpoint, response, replayable = !isOrder(endpoint)) => {
  const body = parseBody(endpoint, response);
  const code = returnCodeOf(body);
  if (code === 0) return body;
  if (code === nothingFound && codeOf(textOf(body, 'return_msg')) === undefined && replayable) return body;
  throw faultOf(endpoint, response, body, replayable);
};

/**
 * The specific code hides in the text; without one, the general `return_code` is all there is. Without either it was not
 * the broker who answered, and what became of the call is unknown.
 */
const faultOf = (
  endpoint: string,
  { status }: WireResponse,
  body: Body,
  replayable: boolean,
): CodedFault | AnswerUnreadable => {
  const brokerMessage = textOf(body, 'return_msg');
  const brokerCode = codeOf(brokerMessage) ?? returnCodeOf(body)?.toString() ?? '';
  if (brokerCode === '' && status !== tooManyRequests) {
    return new AnswerUnreadable(endpoint, status, 'JSON without return_code and without a code');
  }
  const { reaction, meaning, remedy } = kiwoomReaction(brokerCode, status);
  const fault = { broker: 'kiwoom', endpoint, status, brokerCode, brokerMessage, meaning };
  // One public project found an order in the books that had been refused for the limit: look it up, never repeat.
  const facts = kiwoomFacts(brokerCode, endpoint, status, brokerMessage);
  return new CodedFault(fault, reaction === 'wait' && !replayable ? 'verify' : reaction, remedy, facts);
};

/** Where the next page is; an empty key ends it like `cont-yn: N` (observed). */
export const nextCursor = ({ headers }: Pick<Answer, 'headers'>): Page['cursor'] | undefined => {
  const key = headers['next-key']?.trim() ?? '';
  return headers['cont-yn'] !== 'Y' || key === '' ? undefined : { 'cont-yn': 'Y', 'next-key': key };
};

/** The same body once more. */
export const nextPage: Broker['nextPage'] = (_endpoint, { params }, answer) => {
  const cursor = nextCursor(answer);
  return cursor === undefined ? undefined : { params, cursor };
};

export const encodeTokenRequest = ({ appKey, appSecret }: Credentials) => ({
  method: 'POST' as const,
  path: '/oauth2/token',
  headers: { 'content-type': jsonType, 'api-id': 'au10001' },
  body: JSON.stringify({ grant_type: 'client_credentials', appkey: appKey, secretkey: appSecret }),
});

/** `expires_dt` is `yyyyMMddHHmmss` without a zone; all public clients read it as KST. */
const expiryOf = (text: string): number | undefined =>
  /^\d{14}$/.test(text) ? kstInstant(text.slice(0, 8), text.slice(8)) : undefined;

export const decodeToken = (response: WireResponse): IssuedToken => {
  const endpoint = 'oauth2/token';
  const body = parseBody(endpoint, response);
  const token = textOf(body, 'token');
  const expiresAt = expiryOf(textOf(body, 'expires_dt'));
  if (returnCodeOf(body) === 0 && token !== '' && expiresAt !== undefined) return { token, expiresAt };
  if (returnCodeOf(body) === 0)
    throw new AnswerUnreadable(endpoint, response.status, 'no token, or one without an end');
  const coded = faultOf(endpoint, response, body, true);
  if (!(coded instanceof CodedFault)) throw coded;
  const { brokerCode, brokerMessage, meaning } = coded.fault;
  if (coded.reaction === 'fix') throw new TokenRefused(brokerCode, `${brokerMessage} (${meaning})`, coded.remedy);
  throw coded.reaction === 'renew' ? new CodedFault(coded.fault, 'stop', coded.remedy) : coded;
};
