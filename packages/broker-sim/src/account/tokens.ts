import { createHash } from 'node:crypto';

export interface TokenSettings {
  /** One issue per key within this time (ms); KIS: one minute, Kiwoom: none published. */
  readonly tokenMinuteMs: number;
  /** A second issue within this time (ms) hands out the same token; KIS: six hours, Kiwoom: its life. */
  readonly sameTokenMs: number;
  /** Life of a token (ms); KIS: 24 hours for a personal key. */
  readonly tokenLifeMs: number;
  /** Hand out a dead token again within `sameTokenMs`, as single reports say KIS does. */
  readonly deadTokenTrap: boolean;
  /** A new token ends the earlier ones of its key, as single reports say Kiwoom does. */
  readonly newTokenKillsOld: boolean;
  readonly seed: number;
}

export interface Token {
  readonly text: string;
  readonly keyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What the text of a token is made from. */
export interface TokenFacts {
  /** 64 hex digits, another for every token. */
  readonly noise: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type TokenState = 'valid' | 'expired' | 'unknown';

interface Held extends Token {
  /** Killed before its time by an order of the test, by revoking or by a newer token. */
  death?: 'expired' | 'revoked';
}

/** Issued tokens and the rules of issuing. All times epoch ms. */
export class TokenDesk {
  readonly #settings: TokenSettings;
  readonly #write: (facts: TokenFacts) => string;
  readonly #tokens = new Map<string, Held>();
  readonly #latest = new Map<string, Held>();
  readonly #issuedAt = new Map<string, number>();

  /** `write` gives the token the looks of its broker. */
  constructor(settings: TokenSettings, write: (facts: TokenFacts) => string) {
    this.#settings = settings;
    this.#write = write;
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
    if (this.#settings.newTokenKillsOld) this.kill('revoked', keyId);
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

  /** Id of the key that a token was issued to, dead or alive. */
  ownerOf(text: string): string | undefined {
    return this.#tokens.get(text)?.keyId;
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

  #create(keyId: string, at: number): Held {
    const serial = String(this.#tokens.size + 1);
    const noise = createHash('sha256').update([this.#settings.seed, keyId, serial, at].join('|')).digest('hex');
    const expiresAt = at + this.#settings.tokenLifeMs;
    return { text: this.#write({ noise, issuedAt: at, expiresAt }), keyId, issuedAt: at, expiresAt };
  }
}

/** Ends every token of several desks (of one key, if given) at once; returns how many. */
export const killTokens = (desks: readonly TokenDesk[], death: 'expired' | 'revoked', keyId?: string): number =>
  desks.reduce((killed, desk) => killed + desk.kill(death, keyId), 0);
