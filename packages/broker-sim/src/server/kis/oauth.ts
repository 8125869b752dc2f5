import { plain, type Answer } from '../../wire/kis/answer.js';
import { gatewayError, keyCode, oauthError } from '../../wire/kis/errors.js';
import { kstText } from '../../wire/kis/text.js';
import type { SimKey } from '../../account/keys.js';
import type { Arrival, Broker } from './endpoint.js';
import { checkKey, parseObject } from './gate.js';

type Body = Record<string, unknown>;

const textOf = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};

/** `secretField`: tokenP says appsecret, Approval says secretkey. */
const checkBody = (broker: Broker, body: Body, secretField: string): SimKey | Answer => {
  const check = broker.keys.check(textOf(body, 'appkey'), textOf(body, secretField));
  return 'key' in check ? check.key : oauthError(keyCode[check.problem]);
};

const grantProblem = (body: Body): Answer | undefined => {
  const grant = textOf(body, 'grant_type');
  if (grant === 'client_credentials') return undefined;
  return oauthError(grant === '' ? 'EGW00115' : 'EGW00116');
};

const tokenP = (broker: Broker, body: Body, at: number): Answer => {
  const key = checkBody(broker, body, 'appsecret');
  const problem = grantProblem(body) ?? ('body' in key ? key : undefined);
  if (problem !== undefined || 'body' in key) {
    broker.journal.addTokenIssue(false);
    return problem ?? oauthError('EGW00101');
  }
  const token = broker.tokens.issue(broker.keys.idOf(key.appKey), at);
  broker.journal.addTokenIssue(token !== undefined);
  if (token === undefined) return oauthError('EGW00133');
  return plain({
    access_token: token.text,
    access_token_token_expired: kstText(token.expiresAt),
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.round((token.expiresAt - at) / 1000)),
  });
};

const revokeP = (broker: Broker, body: Body): Answer => {
  const key = checkBody(broker, body, 'appsecret');
  if ('body' in key) return key;
  const revoked = broker.tokens.revoke(textOf(body, 'token'), broker.keys.idOf(key.appKey));
  return revoked ? plain({ code: 200, message: '접근토큰 폐기에 성공하였습니다' }) : oauthError('EGW00121');
};

const approval = (broker: Broker, body: Body, at: number): Answer => {
  const key = checkBody(broker, body, 'secretkey');
  const problem = grantProblem(body) ?? ('body' in key ? key : undefined);
  if (problem !== undefined || 'body' in key) return problem ?? oauthError('EGW00101');
  return plain({ approval_key: broker.approvals.issue(broker.keys.idOf(key.appKey), at) });
};

const oauthPaths = ['/oauth2/tokenP', '/oauth2/revokeP', '/oauth2/Approval'];

/** Answers `/oauth2/*`, which has no quota of calls per second; undefined for any other path. */
export const answerOauth = (broker: Broker, arrival: Arrival): Answer | undefined => {
  if (!oauthPaths.includes(arrival.path) || arrival.method !== 'POST') return undefined;
  const body = parseObject(arrival.body);
  if (body === undefined) {
    if (arrival.path === '/oauth2/tokenP') broker.journal.addTokenIssue(false);
    return oauthError('EGW00101');
  }
  if (arrival.path === '/oauth2/tokenP') return tokenP(broker, body, arrival.at);
  return arrival.path === '/oauth2/revokeP' ? revokeP(broker, body) : approval(broker, body, arrival.at);
};

/** App key that an `/oauth2/*` request names, for the journal's key id. */
export const oauthAppKey = (arrival: Arrival): string => textOf(parseObject(arrival.body) ?? {}, 'appkey');

/** `POST /uapi/hashkey`: key headers, no token, no TR. */
export const answerHashkey = (broker: Broker, arrival: Arrival, digest: (text: string) => string): Answer => {
  const key = checkKey(broker, arrival);
  if ('body' in key) return key;
  const body = parseObject(arrival.body);
  return body === undefined ? gatewayError('EGW00202') : plain({ BODY: body, HASH: digest(arrival.body) });
};
