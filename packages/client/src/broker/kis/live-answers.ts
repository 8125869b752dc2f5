import { textOf, type Body } from '../body.js';
import type { AckOutcome, Feed, LiveMessage } from '../live.js';
import { isRow } from '../row.js';
import { liveTrOf } from './live-feeds.js';

/** The OPSP table of the portal (public copies, read 2026-11-23). What is not in it would be refused for ever. */
const outcomes: ReadonlyMap<string, AckOutcome> = new Map<string, AckOutcome>([
  ['OPSP0000', 'done'], // SUBSCRIBE SUCCESS
  ['OPSP0001', 'done'], // UNSUBSCRIBE SUCCESS
  ['OPSP0002', 'done'], // ALREADY IN SUBSCRIBE
  ['OPSP0003', 'done'], // UNSUBSCRIBE ERROR (not found!)
  ['OPSP0007', 'again'], // SUBSCRIBE INTERNAL ERROR
  ['OPSP0008', 'full'], // MAX SUBSCRIBE OVER
  ['OPSP0009', 'again'], // mci send failed
  ['OPSP0011', 'stale-key'], // invalid approval : NOT FOUND
  ['OPSP8996', 'in-use'], // ALREADY IN USE appkey
  ['OPSP8999', 'again'],
  ['OPSP9993', 'again'],
  ['OPSP9995', 'again'],
]);

const releaseCodes: ReadonlySet<string> = new Set(['OPSP0001', 'OPSP0003']);
const registerCodes: ReadonlySet<string> = new Set(['OPSP0000', 'OPSP0002', 'OPSP0007', 'OPSP0008']);

/** By its words where it has those of the table, else by its code; other refusals tell neither. */
const questionOf = (code: string, message: string): 'register' | 'release' | null => {
  if (/UNSUBSCRIBE/i.test(message) || releaseCodes.has(code)) return 'release';
  return /SUBSCRIBE/i.test(message) || registerCodes.has(code) ? 'register' : null;
};

const feedOf = (header: Body): Feed | null => {
  const tr = liveTrOf(textOf(header, 'tr_id'));
  const symbol = textOf(header, 'tr_key');
  return tr === undefined || symbol === '' ? null : { ...tr, symbol };
};

/** The `key` and `iv` in an answer, of the TR that it is about. */
export interface AckKey {
  readonly tr: string;
  readonly key: string;
  readonly iv: string;
}

/** A message that is JSON; `key` where it has one for what is registered from now on. */
export const answerIn = (text: string): { readonly message: LiveMessage; readonly key?: AckKey } => {
  const whole = jsonOf(text);
  const header = isRow(whole) ? whole.header : undefined;
  if (!isRow(whole) || !isRow(header)) return bad('neither a frame nor JSON with a header');
  const tr = textOf(header, 'tr_id');
  // The official samples send the text back in a pong, most public clients as a text: both work (observed).
  if (tr === 'PINGPONG') return { message: { kind: 'ping', reply: text } };
  const body = whole.body;
  const code = isRow(body) ? textOf(body, 'msg_cd') : '';
  if (!isRow(body) || code === '') return bad('JSON without a code');
  const message = textOf(body, 'msg1');
  const to = questionOf(code, message);
  const { output } = body;
  const hasKey = to !== 'release' && isRow(output);
  return {
    message: { kind: 'ack', to, feed: feedOf(header), code, message, outcome: outcomes.get(code) ?? 'wrong' },
    ...(hasKey ? { key: { tr, key: textOf(output, 'key'), iv: textOf(output, 'iv') } } : {}),
  };
};

const bad = (reason: string) => ({ message: { kind: 'bad', reason } as const });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
