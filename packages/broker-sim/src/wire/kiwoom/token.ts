import { createHash } from 'node:crypto';

const MARK = 8;

const markOf = (body: string, environment: string): string =>
  createHash('sha256').update(`${body}|${environment}`).digest('base64url').slice(0, MARK);

/** 86 URL-safe characters. The last ones tell the domain, so that a token of the other one is known as such (8031). */
export const kiwoomToken = (noise: string, environment: string): string => {
  const body = createHash('sha512').update(noise).digest('base64url').slice(0, -MARK);
  return body + markOf(body, environment);
};

/** True when the token comes from a simulator of this domain. */
export const isTokenOf = (text: string, environment: string): boolean =>
  text.slice(-MARK) === markOf(text.slice(0, -MARK), environment);
