import type { Fault } from '../../fault/faults.js';
import { isAnswer, type Answer } from '../../wire/answer.js';
import { DONE } from '../../wire/kiwoom/answer.js';
import { totalBreach, trBreach } from '../../wire/kiwoom/errors.js';
import { header, lostTo, type Arrival, type House } from '../house.js';
import type { Verdict } from '../journal.js';
import type { KiwoomBroker, KiwoomEndpoint } from './endpoint.js';
import { createEndpoints } from './endpoints.js';
import { bearerOf, endpointOf, throughGate } from './gate.js';
import { answerOauth, oauthAppKey } from './oauth.js';

const oauthIds: Readonly<Record<string, string>> = { '/oauth2/token': 'au10001', '/oauth2/revoke': 'au10002' };

/** Paths of Kiwoom; all others are KIS's. */
export const isKiwoomPath = (path: string): boolean => Object.hasOwn(oauthIds, path) || path.startsWith('/api/dostk/');

const verdictOf = ({ code }: Answer): Verdict => {
  if (code === DONE) return 'ok';
  return code === '1700' || code === '1701' ? 'breach' : 'error';
};

/** Charges both quotas, or neither of them and says which one is full. */
const charge = ({ settings, quotas }: KiwoomBroker, keyId: string, { tr, at }: Arrival): Answer | undefined => {
  const { perTr, total } = quotas;
  const name = `${keyId}|${tr}`;
  if (perTr.fits(name, at) && total?.take(keyId, at) === false) {
    perTr.pass(name, at);
    return totalBreach();
  }
  return perTr.take(name, at) ? undefined : trBreach(tr, settings.kiwoom.limit.perTr);
};

const judgeOauth = (broker: KiwoomBroker, arrival: Arrival, fault: Fault | undefined): Answer | undefined => {
  const key = broker.keys.idOf(oauthAppKey(arrival));
  if (fault?.kind === 'expire-token') broker.tokens.kill('expired', key);
  const answer = lostTo(fault) ? undefined : answerOauth(broker, arrival);
  const verdict = answer === undefined ? 'lost' : verdictOf(answer);
  broker.journal.arrived('kiwoom', arrival, { key, counted: false, verdict, answer, fault });
  return answer;
};

/** The quota belongs to the key behind the token, so a call without a known token is refused and not counted. */
const judgeCall = (
  broker: KiwoomBroker,
  endpoint: KiwoomEndpoint | Answer,
  arrival: Arrival,
  fault: Fault | undefined,
): Answer | undefined => {
  const owner = broker.tokens.ownerOf(bearerOf(arrival));
  const key = owner ?? '';
  const counted = owner !== undefined && !isAnswer(endpoint) && fault?.kind !== 'drop';
  const breach = counted ? charge(broker, key, arrival) : undefined;
  if (fault?.kind === 'expire-token' && owner !== undefined) broker.tokens.kill('expired', owner);
  const decide = (): Answer | undefined => {
    if (breach !== undefined) return breach;
    if (lostTo(fault)) return undefined;
    return isAnswer(endpoint) ? endpoint : throughGate(broker, endpoint, arrival, key);
  };
  const answer = decide();
  const verdict = answer === undefined ? 'lost' : verdictOf(answer);
  broker.journal.arrived('kiwoom', arrival, { key, counted, verdict, answer, fault });
  return answer;
};

/** Kiwoom as the front sees it. */
export const createKiwoom = (broker: KiwoomBroker): House => {
  const endpoints = createEndpoints(broker.settings.environment);
  return {
    trOf: (request) => header(request, 'api-id') || (oauthIds[request.path] ?? ''),
    judge: (arrival, fault) =>
      Object.hasOwn(oauthIds, arrival.path)
        ? judgeOauth(broker, arrival, fault)
        : judgeCall(broker, endpointOf(endpoints, arrival), arrival, fault),
    headers: (arrival, answer) => ({
      'content-type': 'application/json;charset=UTF-8',
      'api-id': arrival.tr,
      'cont-yn': 'N',
      'next-key': '',
      ...answer.headers,
    }),
  };
};
