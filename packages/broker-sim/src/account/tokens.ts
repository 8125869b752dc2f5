import { createHash, createHmac } from 'node:crypto';

export interface TokenSettings {
  /** One issue per key within this time (ms); KIS: one minute. */
  readonly tokenMinuteMs: number;
  /** A second issue within this time (ms) hands out the same token; KIS: six hours. */
  readonly sameTokenMs: number;
  /** Life of a token (ms); KIS: 24 hours for a personal key. */
  readonly tokenLifeMs: number;
  /** Hand out a dead token again within `sameTokenMs`, as single reports say KIS does. */
  readonly deadTokenTrap: boolean;
  readonly seed: number;
}

export interface Token {
  readonly text: string;
  readonly keyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type TokenState = 'valid' | 'expired' | 'unknown';

interface Held extends Token {
  /** Killed before its time by an order of the test or by revokeP. */
  death?: 'expired' | 'revoked';
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Issued tokens and the rules of issuing. All times epoch ms. */
export class TokenDesk {
  readonly #settings: TokenSettings;
  readonly #tokens = new Map<string, Held>();
  readonly #latest = new Map<string, Held>();
  readonly #issuedAt = new Map<string, number>();

  constructor(settings: TokenSettings) {
    this.#settings = settings;
  }

  /** A token, or undefined when this key got one less than a "minute" ago. */
  issue(keyId: string, at: number): Token | undefined {
    const last = this.#issuedAt.get(keyId);
    if (last !== undefined && at - last < this.#settings.tokenMinuteMs) return undefined;
    this.#issuedAt.set(keyId, at);
    const held = this.#latest.get(keyId);
    if (held !== undefined && at - held.issuedAt < this.#settings.sameTokenMs) {
      const usable = held.death === undefined && at < held.expiresAt;
      if (usable || this.#settings.deadTokenTrap) return held;
    }
    const token = this.#create(keyId, at);
    this.#tokens.set(token.text, token);
    this.#latest.set(keyId, token);
    return token;
  }

  /** What a business call with this token meets. A token of another key is unknown. */
  state(text: string, keyId: string, at: number): TokenState {
    const held = this.#tokens.get(text);
    if (held?.keyId !== keyId || held.death === 'revoked') return 'unknown';
    return held.death === 'expired' || at >= held.expiresAt ? 'expired' : 'valid';
  }

  /** True when the token was one of this key. */
  revoke(text: string, keyId: string): boolean {
    const held = this.#tokens.get(text);
    if (held?.keyId !== keyId) return false;
    held.death = 'revoked';
    return true;
  }

  /** Ends every token (of one key, if given) at once; returns how many. */
  kill(death: 'expired' | 'revoked', keyId?: string): number {
    let killed = 0;
    for (const held of this.#tokens.values()) {
      if (held.death !== undefined || (keyId !== undefined && held.keyId !== keyId)) continue;
      held.death = death;
      killed += 1;
    }
    return killed;
  }

  /** A JWT by its looks: about 350 characters, signed with nothing that matters. */
  #create(keyId: string, at: number): Held {
    const serial = String(this.#tokens.size + 1);
    const noise = createHash('sha256').update([this.#settings.seed, keyId, serial, at].join('|')).digest('hex');
    const expiresAt = at + this.#settings.tokenLifeMs;
    const uuid = [noise.slice(0, 8), noise.slice(8, 12), noise.slice(12, 16), noise.slice(16, 20), noise.slice(20, 32)];
    const head = base64url('{"typ":"JWT","alg":"HS512"}');
    const body = base64url(
      JSON.stringify({
        sub: 'token',
        aud: uuid.join('-'),
        prdt_cd: '',
        iss: 'unogw',
        exp: Math.floor(expiresAt / 1000),
        iat: Math.floor(at / 1000),
        // The broker puts the app key here; a simulator's token must not carry one.
        jti: `SIM${noise.slice(31)}`,
      }),
    );
    const signature = createHmac('sha512', noise).update(`${head}.${body}`).digest('base64url');
    return { text: `${head}.${body}.${signature}`, keyId, issuedAt: at, expiresAt };
  }
}
