import { looksLikeKey } from 'eslint-plugin-api-hub/evidence';

/** Longer lines are data; a fingerprint of their beginning will do. */
const longest = 400;

/** A line without what looks like a key. */
export const masked = (line: string): string =>
  line.slice(0, longest).replace(/[\w+/=-]{36,}/g, (word) => (looksLikeKey(word) ? '***' : word));
