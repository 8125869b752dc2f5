import type { KiwoomKey } from '../../account/keys.js';
import { isAnswer, type Answer } from '../../wire/answer.js';
import { DONE, done } from '../../wire/kiwoom/answer.js';
import { authRefused, keyCode, methodWrong } from '../../wire/kiwoom/errors.js';
import { kstStamp } from '../../wire/kiwoom/text.js';
import { parseObject, textOf, type Arrival } from '../house.js';
import type { KiwoomBroker } from './endpoint.js';

type Body = Record<string, unknown>;

const checkPair = (broker: KiwoomBroker, body: Body): KiwoomKey | Answer => {
  const check = broker.keys.check(textOf(body, 'appkey'), textOf(body, 'secretkey'));
  if (!('key' in check)) return authRefused(keyCode[check.problem]);
  const { environment } = broker.settings;
  return (check.key.environment ?? environment) === environment ? check.key : authRefused(8030);
};

const issue = (broker: KiwoomBroker, body: Body, at: number): Answer => {
  const grant = textOf(body, 'grant_type');
  if (grant !== 'client_credentials') return authRefused(grant === '' ? 8011 : 8012);
  const key = checkPair(broker, body);
  if (isAnswer(key)) return key;
  const token = broker.tokens.issue(broker.keys.idOf(key.appKey), at);
  // Nothing limits the issuing of tokens, so there is always one.
  if (token === undefined) return authRefused(8005);
  return done({
    expires_dt: kstStamp(token.expiresAt - broker.settings.aheadMs),
    token_type: 'bearer',
    token: token.text,
  });
};

const revoke = (broker: KiwoomBroker, body: Body): Answer => {
  const key = checkPair(broker, body);
  if (isAnswer(key)) return key;
  const token = textOf(body, 'token');
  if (token === '') return authRefused(8016);
  return broker.tokens.revoke(token, broker.keys.idOf(key.appKey)) ? done({}) : authRefused(8015);
};

/** Answers `/oauth2/token` and `/oauth2/revoke`: no token, no api-id needed, no quota on record. */
export const answerOauth = (broker: KiwoomBroker, arrival: Arrival): Answer => {
  if (arrival.method !== 'POST') return methodWrong();
  const body = parseObject(arrival.body) ?? {};
  if (arrival.path === '/oauth2/revoke') return revoke(broker, body);
  const answer = issue(broker, body, arrival.at);
  broker.journal.addTokenIssue('kiwoom', answer.code === DONE);
  return answer;
};

/** App key that such a request names, for the journal's key id. */
export const oauthAppKey = (arrival: Arrival): string => textOf(parseObject(arrival.body) ?? {}, 'appkey');
