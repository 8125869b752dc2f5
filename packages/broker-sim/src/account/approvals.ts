import { createHash } from 'node:crypto';

/** WebSocket approval keys: 36-character UUIDs, valid for 24 hours. A new one does not end the old ones. */
export class ApprovalDesk {
  readonly #lifeMs: number;
  readonly #seed: number;
  readonly #keys = new Map<string, { keyId: string; expiresAt: number }>();

  constructor(settings: { lifeMs: number; seed: number }) {
    this.#lifeMs = settings.lifeMs;
    this.#seed = settings.seed;
  }

  issue(keyId: string, at: number): string {
    const hex = createHash('sha256')
      .update(['approval', this.#seed, keyId, this.#keys.size, at].join('|'))
      .digest('hex');
    const parts = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ];
    const approval = parts.join('-');
    this.#keys.set(approval, { keyId, expiresAt: at + this.#lifeMs });
    return approval;
  }

  /** The key behind an approval key that still lives. */
  ownerOf(approval: string, at: number): string | undefined {
    const held = this.#keys.get(approval);
    return held !== undefined && at < held.expiresAt ? held.keyId : undefined;
  }
}
