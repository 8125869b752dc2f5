/** What a process knows of the clock of the server: the reply that travelled fastest tells most. */
export class ServerClock {
  #sample: { readonly at: number; readonly sent: number; readonly tripMs: number } | undefined;

  /** `at` is the server's instant in a reply, `sent` and `received` are instants of the monotonic clock here. */
  note(at: number, sent: number, received: number): void {
    const tripMs = received - sent;
    const old = this.#sample === undefined || received - this.#sample.sent > keptForMs;
    if (old || tripMs <= (this.#sample?.tripMs ?? Infinity)) this.#sample = { at, sent, tripMs };
  }

  forget(): void {
    this.#sample = undefined;
  }

  /** The server's clock at `instant` here, at the latest; undefined before the first reply. */
  latest(instant: number): number | undefined {
    return this.#sample === undefined ? undefined : this.#sample.at + (instant - this.#sample.sent);
  }

  /** By how much `latest` may be ahead of the server. */
  get uncertaintyMs(): number {
    return this.#sample?.tripMs ?? 0;
  }
}

/** Clocks drift apart: a sample of long ago tells less than a slower one of now. */
const keptForMs = 60_000;
