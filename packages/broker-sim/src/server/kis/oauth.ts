import { isAnswer, type Answer } from '../../wire/answer.js';
import { plain } from '../../wire/kis/answer.js';
import { gatewayError, keyCode, oauthError } from '../../wire/kis/errors.js';
import { kstText } from '../../wire/kis/text.js';
import type { SimKey } from '../../account/keys.js';
import { parseObject, textOf, type Arrival } from '../house.js';
import type { Broker } from './endpoint.js';
import { checkKey } from './gate.js';
import { hashOf } from './hash-key.js';

type Body = Record<string, unknown>;

/** `secretField`: tokenP says appsecret, Approval says secretkey. */
const checkPair = (broker: Broker, body: Body, secretField: 'appsecret' | 'secretkey'): SimKey | Answer => {
  const check = broker.keys.check(textOf(body, 'appkey'), textOf(body, secretField));
  return 'key' in check ? check.key : oauthError(keyCode[check.problem]);
};

/** The key that asks for a token, or the refusal. */
const checkGrant = (broker: Broker, body: Body, secretField: 'appsecret' | 'secretkey'): SimKey | Answer => {
  const grant = textOf(body, 'grant_type');
  if (grant === '') return oauthError('EGW00115');
  return grant === 'client_credentials' ? checkPair(broker, body, secretField) : oauthError('EGW00116');
};

const tokenP = (broker: Broker, body: Body, at: number): Answer => {
  const key = checkGrant(broker, body, 'appsecret');
  if (isAnswer(key)) return key;
  const token = broker.tokens.issue(broker.keys.idOf(key.appKey), at);
  if (token === undefined) return oauthError('EGW00133');
  return plain({
    access_token: token.text,
    access_token_token_expired: kstText(token.expiresAt - broker.settings.aheadMs),
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.round((token.expiresAt - at) / 1000)),
  });
};

const revokeP = (broker: Broker, body: Body): Answer => {
  const key = checkPair(broker, body, 'appsecret');
  if (isAnswer(key)) return key;
  const revoked = broker.tokens.revoke(textOf(body, 'token'), broker.keys.idOf(key.appKey));
  return revoked ? plain({ code: 200, message: '접근토큰 폐기에 성공하였습니다' }) : oauthError('EGW00121');
};

const approval = (broker: Broker, body: Body, at: number): Answer => {
  const key = checkGrant(broker, body, 'secretkey');
  if (isAnswer(key)) return key;
  return plain({ approval_key: broker.approvals.issue(broker.keys.idOf(key.appKey), at) });
};

/** Answers `/oauth2/*`, which has no quota of calls per second; undefined for any other path. */
export const answerOauth = (broker: Broker, arrival: Arrival): Answer | undefined => {
  if (arrival.method !== 'POST') return undefined;
  const body = parseObject(arrival.body) ?? {};
  switch (arrival.path) {
    case '/oauth2/tokenP': {
      const answer = tokenP(broker, body, arrival.at);
      broker.journal.addTokenIssue('kis', answer.status === 200);
      return answer;
    }
    case '/oauth2/revokeP':
      return revokeP(broker, body);
    case '/oauth2/Approval':
      return approval(broker, body, arrival.at);
    default:
      return undefined;
  }
};

/** App key that an `/oauth2/*` request names, for the journal's key id. */
export const oauthAppKey = (arrival: Arrival): string => textOf(parseObject(arrival.body) ?? {}, 'appkey');

/** `POST /uapi/hashkey`: key headers, no token, no TR. */
export const answerHashkey = (broker: Broker, arrival: Arrival): Answer => {
  const key = checkKey(broker, arrival);
  if (isAnswer(key)) return key;
  const body = parseObject(arrival.body);
  return body === undefined ? gatewayError('EGW00202') : plain({ BODY: body, HASH: hashOf(arrival.body) });
};
