import { createHash } from 'node:crypto';

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

export type KeyCheck =
  | { readonly key: SimKey }
  | { readonly problem: 'app-key-missing' | 'app-key-unknown' | 'secret-missing' | 'secret-wrong' };

/** The key pairs that the broker knows, and their public names. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, SimKey>;
  readonly #acceptAny: boolean;
  readonly #ids = new Map<string, string>();

  constructor(keys: readonly SimKey[], acceptAny: boolean) {
    this.#keys = new Map(keys.map((key) => [key.appKey, key]));
    this.#acceptAny = acceptAny;
  }

  check(appKey: string, appSecret: string): KeyCheck {
    if (appKey === '') return { problem: 'app-key-missing' };
    const key = this.#keys.get(appKey) ?? (this.#acceptAny ? { appKey, appSecret } : undefined);
    if (key === undefined) return { problem: 'app-key-unknown' };
    if (appSecret === '') return { problem: 'secret-missing' };
    return key.appSecret === appSecret ? { key } : { problem: 'secret-wrong' };
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
