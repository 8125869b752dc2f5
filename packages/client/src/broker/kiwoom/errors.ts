import type { FaultFacts } from '../../request/contract.js';
import { reactionTable, remedies, type KnownCode } from '../reaction.js';
import { trBudget } from './limits.js';

/**
 * What the codes of Kiwoom mean and call for: the workbook of 2026-05-07, the broker's own client, and answers that
 * public projects recorded (2026-11-23).
 */
export const kiwoomCodes: Readonly<Record<string, KnownCode>> = reactionTable({
  renew: {
    8003: 'token lookup failed',
    8005: 'invalid token',
    8031: 'token of the other environment (real or paper)',
    8103: 'token or terminal check failed',
  },
  wait: {
    1700: 'too many calls of this id in a second',
    1701: 'too many calls in total',
    1702: 'too many calls of this group',
    105110: 'too many registrations at once',
  },
  repeat: {
    8006: 'token could not be created',
    8009: 'token could not be issued',
  },
  verify: { 1999: 'unexpected failure at the broker' },
  fix: {
    1501: 'api-id is empty',
    1504: 'api-id does not belong to this path',
    1505: 'api-id is unknown',
    1511: 'a required parameter is missing',
    1512: 'a header is missing or unreadable',
    1513: 'authorization is missing',
    1514: 'authorization is malformed',
    1515: 'token type is not allowed',
    1516: 'token is missing',
    1517: 'a value is malformed',
    1634: 'too many codes in one call',
    1687: 'recursive call blocked',
    1901: 'market code of the stock is missing',
    1902: 'no such stock',
    1903: 'the stock is not on that exchange',
    8001: 'app key and secret do not verify',
    8002: 'app key and secret do not verify',
    8010: 'the token was issued from another IP address',
    8011: 'grant_type is missing',
    8012: 'grant_type is wrong',
    8015: 'token could not be revoked',
    8016: 'token to revoke is missing',
    8020: 'app key or secret is missing',
    8030: 'app key of the other environment (real or paper)',
    8040: 'terminal check failed',
    8050: 'this IP address is not registered',
    8104: 'not offered for paper trading',
    8200: 'corporate customers are not served',
    RC4007: 'the stock is restricted on paper',
    RC4010: 'not a business day',
    RC4058: 'the paper market is closed',
    RC9000: 'not offered for paper trading',
  },
  stop: {
    R00000: 'a notice of the broker',
    R10001: 'somebody else logged in with this app key, and this connection ends',
    R10002: 'the heartbeat was not returned',
    R10003: 'too many connections',
    R10004: 'no LOGIN on this connection',
    R10005: 'the token expired',
    R10006: 'failure at the broker',
  },
});

const keyRemedy =
  'Check HUB_KIWOOM_APP_KEY, HUB_KIWOOM_SECRET_KEY and HUB_KIWOOM_ENV: real and paper have different keys.';

const special: Readonly<Record<string, string>> = {
  1634: 'Ask for at most 100 codes in one call.',
  1902: 'Check the six-digit code.',
  1903: 'Check the venue: the code takes _NX for NXT and _AL for both books.',
  8001: keyRemedy,
  8002: keyRemedy,
  8020: keyRemedy,
  8030: keyRemedy,
  8010: 'Issue and use the token from one address: let all processes share the hub’s vault, and check the way out.',
  8050: 'Register this machine’s IP address at Kiwoom for this key.',
  8104: 'Use a key of the real environment.',
  RC9000: 'Use a key of the real environment.',
  RC4058: 'Try again when the market is open.',
  RC4010: 'Try again on the next business day.',
  R00000: 'Read it.',
  R10001: 'End the other connection: a key has one.',
  R10002: 'Send PING back as it came.',
  R10003: 'End other connections of this key.',
  R10004: 'Send LOGIN first, and nothing before its answer.',
  R10005: 'Connect again with a new token.',
  R10006: 'Connect again after a while.',
};

/** In the order in which they are looked for: REST, WebSocket, and business refusals, which hide behind `[2000]`. */
const places = [/\[(\d{4,6}):/, /CODE=(\d{4,6})/, /\((RC\d{4}):/] as const;

/** The specific code in the text of an answer; undefined where there is none. */
export const codeOf = (text: string): string | undefined => {
  for (const place of places) {
    const code = place.exec(text)?.[1];
    if (code !== undefined) return code;
  }
  return undefined;
};

export const tooManyRequests = 429;

/** The key is turned away, whatever it asks for: another one may do. */
const ofKey: ReadonlySet<string> = new Set(['8001', '8002', '8010', '8020', '8030', '8040', '8050']);

/** 1702 speaks of a group of ids; which ids are one is not on record, so it narrows the id that was asked for. */
const refusedBudgetOf = (code: string, endpoint: string): string | undefined => {
  if (code === '1700' || code === '1702') return trBudget(endpoint);
  return code === '1701' ? 'total' : undefined;
};

/** `유량=5`: calls per second, as the broker counts them (observed, 2026-08). */
const toldBy = (text: string): number | undefined => {
  const figure = Number(/유량=(\d+)/.exec(text)?.[1]);
  return figure >= 1 ? figure : undefined;
};

/**
 * What an error answer says beside its meaning. HTTP 429 without any code comes from a gateway that knows no ids, so it
 * narrows what the key may do in all: that holds whichever quota was meant.
 */
export const kiwoomFacts = (code: string, endpoint: string, status: number, text: string): FaultFacts => {
  const budget = refusedBudgetOf(code, endpoint);
  const told = toldBy(text);
  if (budget !== undefined) return { refusedBudget: { budget, ...(told === undefined ? {} : { told }) } };
  const codeless = status === tooManyRequests && !Object.hasOwn(kiwoomCodes, code);
  return { ofKey: ofKey.has(code), ...(codeless ? { refusedBudget: { budget: 'total' } } : {}) };
};

/** Unknown codes are never repeated; without any code, HTTP 429 is word enough to wait. */
export const kiwoomReaction = (code: string, status: number): KnownCode & { readonly remedy: string } => {
  const unknown = { reaction: status === tooManyRequests ? 'wait' : 'stop', meaning: 'unknown code' } as const;
  const known = Object.hasOwn(kiwoomCodes, code) ? (kiwoomCodes[code] ?? unknown) : unknown;
  return { ...known, remedy: special[code] ?? remedies[known.reaction] };
};
