import type { OpenRegistration } from './journal.js';

/** Which feeds: of one key, or of all. */
export interface FeedMatch {
  readonly keyId?: string;
  /** KIS `tr_id`, Kiwoom `type`. */
  readonly tr: string;
  /** KIS `tr_key`, Kiwoom `item`. */
  readonly key: string;
  /**
   * How long a silence lasts. `registration`, unless given: until the feed is released and registered again. `socket`: on every
   * socket that is open now. `key`: for ever, on the keys that fit.
   */
  readonly until?: 'registration' | 'socket' | 'key';
}

export const fits = (match: FeedMatch, { keyId, tr, key }: Pick<OpenRegistration, 'keyId' | 'tr' | 'key'>): boolean =>
  match.tr === tr && match.key === key && (match.keyId === undefined || match.keyId === keyId);

/** Trouble that waits for its victim. */
export class Trouble {
  #silences: FeedMatch[] = [];
  /** Silences that outlast registrations, and the sockets that they are about; undefined: all. */
  readonly #lasting: { readonly match: FeedMatch; readonly sockets: ReadonlySet<object> | undefined }[] = [];
  #garbles = 0;

  /** The next registration that fits is acknowledged and mute. */
  silenceNext(match: FeedMatch): void {
    this.#silences.push(match);
  }

  /** Registrations that fit are mute from now on; with `sockets` on those alone. */
  silenceLasting(match: FeedMatch, sockets: ReadonlySet<object> | undefined): void {
    this.#lasting.push({ match, sockets });
  }

  /** True when this new registration meets one; one that was for the next registration is spent. */
  mutes(record: OpenRegistration, socket: object): boolean {
    if (this.#lasting.some(({ match, sockets }) => fits(match, record) && (sockets?.has(socket) ?? true))) return true;
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
