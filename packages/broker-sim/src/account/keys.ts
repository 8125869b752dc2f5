import { createHash } from 'node:crypto';

/** Real trading, or paper trading (모의투자). */
export type Environment = 'real' | 'paper';

/** A key pair that the broker knows. */
export interface SimKey {
  readonly appKey: string;
  readonly appSecret: string;
  /** Ten digits, CANO and ACNT_PRDT_CD; any account is accepted when left out. */
  readonly account?: string;
  /** Domain that the key belongs to; the simulator's own when left out. */
  readonly environment?: Environment;
}

/** The pair that works out of the box: 36 and 180 characters, as KIS issues them. */
export const demoKeys: SimKey = {
  appKey: 'PSdemo00000000000000000000000000demo',
  appSecret: 'demo-secret/'.repeat(15),
};

/** A Kiwoom pair; the account is the token's, no request names it. */
export interface KiwoomKey {
  readonly appKey: string;
  readonly secretKey: string;
  /** Domain that the key belongs to; the simulator's own when left out. */
  readonly environment?: Environment;
}

/** The Kiwoom pair that works out of the box. The lengths of real ones are not on record; these have 43 characters. */
export const demoKiwoomKeys: KiwoomKey = {
  appKey: `KWdemo${'0'.repeat(33)}demo`,
  secretKey: `demo-secret-${'kiwoom0'.repeat(4)}key`,
};

/** How a broker's key pairs are made and read. */
export interface KeyForm<Key> {
  readonly pair: (appKey: string, secret: string) => Key;
  readonly secretOf: (key: Key) => string;
}

export const kisForm: KeyForm<SimKey> = {
  pair: (appKey, appSecret) => ({ appKey, appSecret }),
  secretOf: (key) => key.appSecret,
};

export const kiwoomForm: KeyForm<KiwoomKey> = {
  pair: (appKey, secretKey) => ({ appKey, secretKey }),
  secretOf: (key) => key.secretKey,
};

export type KeyCheck<Key> =
  | { readonly key: Key }
  | { readonly problem: 'app-key-missing' | 'app-key-unknown' | 'secret-missing' | 'secret-wrong' };

/** The key pairs that a broker knows, and their public names. */
export class KeyRing<Key extends { readonly appKey: string }> {
  readonly #keys: ReadonlyMap<string, Key>;
  readonly #acceptAny: boolean;
  readonly #form: KeyForm<Key>;
  readonly #ids = new Map<string, string>();

  constructor(keys: readonly Key[], acceptAny: boolean, form: KeyForm<Key>) {
    this.#keys = new Map(keys.map((key) => [key.appKey, key]));
    this.#acceptAny = acceptAny;
    this.#form = form;
  }

  check(appKey: string, secret: string): KeyCheck<Key> {
    if (appKey === '') return { problem: 'app-key-missing' };
    const key = this.#keys.get(appKey) ?? (this.#acceptAny ? this.#form.pair(appKey, secret) : undefined);
    if (key === undefined) return { problem: 'app-key-unknown' };
    if (secret === '') return { problem: 'secret-missing' };
    return this.#form.secretOf(key) === secret ? { key } : { problem: 'secret-wrong' };
  }

  /** First 12 hex digits of SHA-256(app key): fit for journals. */
  idOf(appKey: string): string {
    const known = this.#ids.get(appKey);
    if (known !== undefined) return known;
    const id = createHash('sha256').update(appKey).digest('hex').slice(0, 12);
    if (this.#ids.size < 10_000) this.#ids.set(appKey, id);
    return id;
  }
}
