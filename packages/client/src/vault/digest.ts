import { createHash } from 'node:crypto';

/** Knows a token again without keeping it: SHA-256, hex. Tokens are long random texts, so nothing leads back. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex');
