import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { VaultLocked } from '../../error/index.js';

/** Turns a token into what is stored, and back. `context` binds the text to its record: it cannot be moved to another. */
export interface Seal {
  close(token: string, context: string): string;
  open(stored: string, context: string): string;
}

export const noSeal: Seal = { close: (token) => token, open: (stored) => stored };

const prefix = 'gcm1.';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM with the context as additional data. Keys have 32 bytes. The first one closes; what any of them has closed can
 * be opened, so that a key can be changed while processes with either of two are at work.
 */
export const gcmSeal = (key: Buffer, ...others: readonly Buffer[]): Seal => ({
  close: (token, context) => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
    return prefix + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
  },
  open: (stored, context) => {
    // A record from before the key was set is still readable; the next renewal seals it.
    if (!stored.startsWith(prefix)) return stored;
    const bytes = Buffer.from(stored.slice(prefix.length), 'base64');
    let cause: unknown;
    for (const each of [key, ...others]) {
      try {
        return opened(each, bytes, context);
      } catch (error) {
        cause = error;
      }
    }
    throw new VaultLocked({ cause });
  },
});

const opened = (key: Buffer, bytes: Buffer, context: string): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
};

/** True for a text that `gcmSeal` made: a process without the key must not take it for a token. */
export const isSealed = (stored: string): boolean => stored.startsWith(prefix);
