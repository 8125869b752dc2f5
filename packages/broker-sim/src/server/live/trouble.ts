import type { OpenRegistration } from './journal.js';

/** Which feeds: of one key, or of all. */
export interface FeedMatch {
  readonly keyId?: string;
  /** KIS `tr_id`, Kiwoom `type`. */
  readonly tr: string;
  /** KIS `tr_key`, Kiwoom `item`. */
  readonly key: string;
}

export const fits = (match: FeedMatch, { keyId, tr, key }: Pick<OpenRegistration, 'keyId' | 'tr' | 'key'>): boolean =>
  match.tr === tr && match.key === key && (match.keyId === undefined || match.keyId === keyId);

/** Trouble that waits for its victim. */
export class Trouble {
  #silences: FeedMatch[] = [];
  #garbles = 0;

  /** The next registration that fits is acknowledged and mute. */
  silenceNext(match: FeedMatch): void {
    this.#silences.push(match);
  }

  /** True when this new registration meets one; that one is spent. */
  mutes(record: OpenRegistration): boolean {
    const met = this.#silences.find((match) => fits(match, record));
    this.#silences = this.#silences.filter((match) => match !== met);
    return met !== undefined;
  }

  garbleNext(times: number): void {
    this.#garbles += times;
  }

  /** True when the next frame of data goes out damaged. */
  damages(): boolean {
    if (this.#garbles <= 0) return false;
    this.#garbles -= 1;
    return true;
  }

  /** Half of it and a character that no broker writes. Still UTF-8: the socket survives. */
  damage(text: string): string {
    return `${text.slice(0, Math.floor(text.length / 2))}\u{FFFD}`;
  }
}
