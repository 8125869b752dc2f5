import { kis } from '../../src/broker/kis/index.js';
import { FrameCapture, type CaptureParts } from '../../src/realtime/capture/frame-capture.js';
import type { RealtimeEvent } from '../../src/realtime/contract.js';
import type { Beginning } from '../../src/realtime/feed-store.js';
import type { Teller } from '../../src/realtime/session/carried.js';
import { eachPair } from '../../src/realtime/wire.js';
import type { Clock } from '../../src/runtime/clock.js';
import type { Notice } from '../../src/runtime/notice.js';
import { frame, record } from './kis-frames.js';

const beginning: Beginning = { generation: 7, seq: 0, throughMs: 0, handedOver: false, feeds: new Map() };

/** One session of KIS as a connection leads it, with a capture at its side, and all that consumers were told. */
export class Desk {
  readonly told: RealtimeEvent[] = [];
  readonly notices: Notice[] = [];
  readonly capture: FrameCapture;
  readonly #clock: Clock;
  readonly #reader = kis.live.reader('real');
  readonly #volumes = new Map<string, number>();
  readonly #teller: Teller = {
    add: (events) => {
      eachPair('kis', `[${events.join(',')}]`, (_name, event) => this.told.push(event));
    },
    feed: () => undefined,
    gap: () => undefined,
  };

  constructor(dir: string, clock: Clock, more: Partial<CaptureParts> = {}) {
    this.#clock = clock;
    this.capture = new FrameCapture({
      ...{ dir, clock, broker: 'kis', environment: 'real', keyId: '0123456789ab', account: 'kis:real:0123456789ab' },
      ...{ protocol: kis.live, notify: (notice) => this.notices.push(notice), pid: 4_711, ...more },
    });
  }

  /** This process holds the session, and these trades are wanted and acknowledged. */
  begin(...symbols: readonly string[]): void {
    const { carried } = this.capture;
    carried.begin(this.#teller, beginning, this.#clock.now());
    carried.want(new Map(symbols.map((symbol) => [`trade:KRX:${symbol}`, false])), this.#clock.now());
    this.connect();
  }

  connect(): void {
    this.capture.opened();
    const { carried } = this.capture;
    for (;;) {
      const step = carried.next(kis.live, this.#clock.monotonic());
      if (step === undefined) return;
      for (const feed of step.feeds) carried.registered(feed, this.#clock.now(), this.#clock.monotonic());
    }
  }

  disconnect(): void {
    this.capture.carried.interrupted('disconnect', this.#clock.now());
    this.capture.ended('ended', 'code 1006');
  }

  hear(text: string): void {
    const now = this.#clock.now();
    this.capture.text(text, now);
    const message = this.#reader.read(text, now);
    const { carried } = this.capture;
    if (message.kind === 'records') carried.records(message, now, this.#clock.monotonic());
    else carried.heard(now);
    if (message.kind === 'bad') carried.damaged(now);
  }

  trade(symbol: string, size = 12): void {
    const volume = (this.#volumes.get(symbol) ?? 1_000) + size;
    this.#volumes.set(symbol, volume);
    this.hear(
      frame('H0STCNT0', [
        record('trade', { MKSC_SHRN_ISCD: symbol, CNTG_VOL: String(size), ACML_VOL: String(volume) }),
      ]),
    );
  }
}
