import type { LiveProtocol, LiveReader } from '../../broker/live.js';
import type { CaptureHeader, CaptureLine, CaptureMark } from '../capture/contract.js';
import type { GapEvent, RealtimeEvent } from '../contract.js';
import { Carried, type Teller } from '../session/carried.js';
import { eachPair } from '../wire.js';

/** Told of each event with the name of its feed, in order. */
export type Told = (feed: string, event: RealtimeEvent) => void;

/** One session as it was: the same reader and the same feeds make the same events of the same frames. */
export class ReplayedSession {
  /** Messages and records that could not be read; those of encrypted notices are among them. */
  bad = 0;
  #header: CaptureHeader | undefined;
  #carried: Carried | undefined;
  #reader: LiveReader | undefined;
  #n = -1;
  #losses = 0;
  readonly #teller: Teller;

  constructor(
    private readonly protocol: LiveProtocol,
    private readonly raw: boolean,
    private readonly told: Told,
  ) {
    this.#teller = {
      add: (events) => {
        const broker = this.#header?.broker;
        if (events.length > 0 && broker !== undefined) eachPair(broker, `[${events.join(',')}]`, this.told);
      },
      feed: () => undefined,
      gap: () => undefined,
    };
  }

  take(header: CaptureHeader, { n, t, f: text, m: mark }: CaptureLine): void {
    const carried = this.#carriedBy(header, n);
    if (text !== undefined) this.#hear(carried, header, text, t);
    else if (mark !== undefined) this.#change(carried, mark, t);
    this.#n = n;
  }

  #carriedBy(header: CaptureHeader, n: number): Carried {
    // A file that goes on where the last one ended knows less than we do.
    const goesOn = this.#header === header || n === this.#n + 1;
    this.#header = header;
    if (this.#carried !== undefined && goesOn) return this.#carried;
    const { broker, keyId, state } = header;
    this.#carried = new Carried(broker, keyId);
    this.#carried.resume(this.#teller, { ...state, feeds: state.feeds.map((feed) => ({ ...feed, raw: this.raw })) });
    this.#reader = undefined;
    return this.#carried;
  }

  #hear(carried: Carried, { environment }: CaptureHeader, text: string, receivedMs: number): void {
    this.#reader ??= this.protocol.reader(environment);
    const message = this.#reader.read(text, receivedMs);
    if (message.kind === 'records') {
      carried.records(message, receivedMs, receivedMs);
      this.bad += message.bad;
      return;
    }
    carried.heard(receivedMs);
    if (message.kind !== 'bad') return;
    carried.damaged(receivedMs);
    this.bad += 1;
  }

  #change(carried: Carried, mark: CaptureMark, atMs: number): void {
    if ('feed' in mark) {
      this.#changeFeed(carried, mark, atMs);
      return;
    }
    switch (mark.kind) {
      case 'begin':
        carried.begin(this.#teller, { ...mark.beginning, feeds: new Map(mark.beginning.feeds) }, atMs);
        return;
      case 'want':
        carried.want(new Map(mark.feeds.map(([name]) => [name, this.raw])), atMs);
        return;
      case 'ended':
        // The keys of notices belong to the socket.
        this.#reader = undefined;
        return;
      case 'interrupted':
        carried.interrupted(mark.cause, atMs);
        return;
      case 'leave':
        carried.leave();
        this.#carried = undefined;
        return;
      case 'dropped':
        this.#lost(carried, mark);
        return;
      case 'opened':
      case 'closed':
    }
  }

  #changeFeed(carried: Carried, mark: Extract<CaptureMark, { readonly feed: string }>, atMs: number): void {
    const feed = carried.find(mark.feed);
    if (feed === undefined) return;
    if (mark.kind === 'registered') carried.registered(feed, atMs, atMs);
    else if (mark.kind === 'released') carried.released(feed, atMs);
    else if (mark.kind === 'silent') carried.silent(feed, mark.sinceMs, atMs);
    else if (mark.kind === 'quiet') carried.quiet(feed, atMs);
    else carried.refused(feed, atMs, { code: mark.code, message: mark.message });
  }

  /** Live consumers had them; this one has not. */
  #lost(carried: Carried, { sinceMs, untilMs }: Extract<CaptureMark, { readonly kind: 'dropped' }>): void {
    this.#losses += 1;
    for (const { name, told } of carried.live) {
      const id = `${this.#header?.run ?? ''}.${String(this.#losses)}`;
      const gap: GapEvent = { kind: 'gap', ...told, id, sinceMs, untilMs: untilMs + 1, cause: 'fan-out' };
      this.told(name, gap);
    }
  }
}
