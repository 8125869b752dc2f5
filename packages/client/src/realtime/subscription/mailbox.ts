import type { GapEvent, RealtimeEvent, Told } from '../contract.js';

/** What waits for one consumer, within a bound: what does not fit is dropped, and a gap stands where it was. */
export class Mailbox {
  #events: RealtimeEvent[] = [];
  #head = 0;
  #wake: (() => void) | undefined;
  #ended: { readonly error?: unknown } | undefined;
  #gaps = 0;
  /** What was dropped and not told yet, by feed. */
  readonly #dropped = new Map<string, { readonly told: Told; readonly sinceMs: number; untilMs: number }>();

  constructor(
    private readonly most: number,
    private readonly name: string,
  ) {}

  put(feed: string, told: Told, event: RealtimeEvent): void {
    if (this.#ended !== undefined) return;
    const atMs = 'receivedMs' in event ? event.receivedMs : undefined;
    // Gaps and states are few, and never dropped.
    if (atMs !== undefined && this.#events.length - this.#head >= this.most) {
      const dropped = this.#dropped.get(feed);
      if (dropped === undefined) this.#dropped.set(feed, { told, sinceMs: atMs, untilMs: atMs });
      else dropped.untilMs = atMs;
      return;
    }
    this.#flush(feed);
    this.#events.push(event);
    this.#wake?.();
  }

  end(error?: unknown): void {
    this.#ended ??= error === undefined ? {} : { error };
    this.#wake?.();
  }

  /** The next event; undefined at the end. Rejects with what ended it. */
  async next(): Promise<RealtimeEvent | undefined> {
    for (;;) {
      const event = this.#events[this.#head];
      if (event !== undefined) {
        this.#head += 1;
        if (this.#head >= 1_024 || this.#head === this.#events.length) {
          this.#events = this.#events.slice(this.#head);
          this.#head = 0;
        }
        return event;
      }
      for (const feed of [...this.#dropped.keys()]) this.#flush(feed);
      if (this.#events.length > 0) continue;
      if (this.#ended !== undefined) {
        if ('error' in this.#ended) throw this.#ended.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #flush(feed: string): void {
    const dropped = this.#dropped.get(feed);
    if (dropped === undefined) return;
    this.#dropped.delete(feed);
    this.#gaps += 1;
    const { told, sinceMs, untilMs } = dropped;
    const gap: GapEvent = {
      // The last one that was dropped is in it.
      ...{ kind: 'gap', ...told, id: `${this.name}.${String(this.#gaps)}`, sinceMs, untilMs: untilMs + 1 },
      cause: 'slow-consumer',
    };
    this.#events.push(gap);
  }
}
