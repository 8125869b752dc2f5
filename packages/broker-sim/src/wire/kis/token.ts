import { createHmac } from 'node:crypto';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** A JWT by its looks: about 350 characters, signed with nothing that matters. Times are epoch ms. */
export const kisToken = (facts: {
  readonly noise: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}): string => {
  const { noise } = facts;
  const uuid = [noise.slice(0, 8), noise.slice(8, 12), noise.slice(12, 16), noise.slice(16, 20), noise.slice(20, 32)];
  const head = base64url('{"typ":"JWT","alg":"HS512"}');
  const body = base64url(
    JSON.stringify({
      sub: 'token',
      aud: uuid.join('-'),
      prdt_cd: '',
      iss: 'unogw',
      exp: Math.floor(facts.expiresAt / 1000),
      iat: Math.floor(facts.issuedAt / 1000),
      // The broker puts the app key here; a simulator's token must not carry one.
      jti: `SIM${noise.slice(31)}`,
    }),
  );
  const signature = createHmac('sha512', noise).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
};
