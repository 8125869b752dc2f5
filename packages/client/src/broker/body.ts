import { AnswerUnreadable } from '../error/index.js';
import type { WireResponse } from '../request/contract.js';

export type Body = Readonly<Record<string, unknown>>;

/** A text field without its padding; empty when it is missing or no text. */
export const textOf = (body: Body, key: string): string => {
  const value = body[key];
  return typeof value === 'string' ? value.trim() : '';
};

/** The JSON object of an answer; HTML, cut JSON and the like are HUB_ANSWER_UNREADABLE. */
export const parseBody = (endpoint: string, { status, text }: WireResponse): Body => {
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
  if (isDeeperThan(body, deepest)) throw new AnswerUnreadable(endpoint, status, 'JSON that is nested too deeply');
  return body as Body;
};

/** Answers have three levels. What follows walks them by recursion (JSON.stringify, for one), and must not run out of stack. */
const deepest = 32;

const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1)));

/** Says what came instead without quoting it: an error page may echo headers, and those hold the key. */
const looksLike = (text: string): string => {
  if (text.trim() === '') return 'an empty body';
  if (/^\s*</.test(text)) return 'an HTML or XML page';
  return `${String(text.length)} characters that end in the middle or are no JSON at all`;
};
