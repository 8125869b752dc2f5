import type { AckOutcome, LiveMessage } from '../live.js';
import type { Origin } from '../contract.js';
import type { Reaction } from '../../request/contract.js';
import { textOf, type Body } from '../body.js';
import { codeOf, kiwoomCodes, kiwoomReaction } from './errors.js';
import { returnCodeOf } from './wire.js';

const questions = { LOGIN: 'login', REG: 'register', REMOVE: 'release' } as const;
export type Question = keyof typeof questions;

export const isQuestion = (trnm: string): trnm is Question => Object.hasOwn(questions, trnm);

/** What a code calls for over REST tells what it means here. */
const outcomeOf = {
  renew: 'stale-key',
  wait: 'again',
  repeat: 'again',
  verify: 'again',
  fix: 'wrong',
  stop: 'wrong',
} as const satisfies Record<Reaction, AckOutcome>;

/** Too many registrations in a burst (uncertain, one project); whether it is also the end of all room is not known. */
const tooManyRegistrations = '105110';

/** How a refused registration would say that there is no room: no code of it is on record. */
const noRoom: Origin & { readonly words: RegExp } = {
  words: /등록.*(초과|최대|한도)/,
  certainty: 'uncertain',
  source: 'none: a guess at the words, heeded where no code is told; any other refusal without a code is `wrong`',
  date: '2026-11-28',
};

/** The specific code hides in the text; without one, the general `return_code` is all there is. */
const codeIn = (message: string, returnCode: number): string =>
  codeOf(message) ?? (message.includes(tooManyRegistrations) ? tooManyRegistrations : String(returnCode));

const refusal = (question: Question, code: string, message: string): AckOutcome => {
  const isToldByCode = Object.hasOwn(kiwoomCodes, code);
  if (question === 'REG' && !isToldByCode && noRoom.words.test(message)) return 'full';
  return outcomeOf[kiwoomReaction(code, 200).reaction];
};

/** The answer to a question. It names no item, so answers come in the order of their questions (official). */
export const answerIn = (question: Question, body: Body): LiveMessage => {
  const returnCode = returnCodeOf(body);
  if (returnCode === undefined) return { kind: 'bad', reason: `an answer to ${question} without return_code` };
  const message = textOf(body, 'return_msg');
  const code = returnCode === 0 ? '0' : codeIn(message, returnCode);
  const outcome = returnCode === 0 ? 'done' : refusal(question, code, message);
  return { kind: 'ack', to: questions[question], feed: null, code, message, outcome };
};

/** What the codes of SYSTEM mean. One project lists R10001 and R10002 otherwise, against the messages that others recorded. */
const systemOutcomes: ReadonlyMap<string, AckOutcome> = new Map<string, AckOutcome>([
  ['R00000', 'info'], // a notice (observed)
  ['R10001', 'in-use'], // logged in elsewhere, this session ends (observed, four projects)
  ['R10002', 'closed'], // the heartbeat was not returned (observed)
  ['R10003', 'in-use'], // too many connections (uncertain)
  ['R10004', 'closed'], // no LOGIN (observed)
  ['R10005', 'stale-key'], // the token expired (uncertain)
  ['R10006', 'closed'], // failure at the broker (uncertain)
]);

/** A code that is not on record is for a person to read; if it ends the session, the socket will tell. */
export const systemIn = (body: Body): LiveMessage => {
  const code = textOf(body, 'code');
  return { kind: 'system', code, message: textOf(body, 'message'), outcome: systemOutcomes.get(code) ?? 'info' };
};
