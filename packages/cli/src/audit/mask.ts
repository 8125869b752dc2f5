import { looksLikeKey } from 'eslint-plugin-api-hub/evidence';

/** A text without what looks like a key. */
export const masked = (text: string): string =>
  text.replace(/[\w+=-]{30,}/g, (word) => (looksLikeKey(word.padEnd(36, '0')) ? '***' : word));

/** Longer lines are data; a fingerprint of their beginning will do. */
const longest = 400;

/** A line as a baseline knows it. */
export const shortened = (line: string): string => masked(line.slice(0, 10 * longest)).slice(0, longest);
