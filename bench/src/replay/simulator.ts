import { setTimeout as sleep } from 'node:timers/promises';

import { givenOrder, tell, untilReleased } from '../harness/child.js';
import { MemoryWatch } from './memory.js';

/** A day at a desk: so many hours of frames, captured to a folder as a session would. */
export interface DeskOrder {
  readonly dir: string;
  readonly hours: number;
  readonly framesPerSecond: number;
  readonly symbols: readonly string[];
}

/** What was captured. */
export interface Captured {
  readonly kind: 'captured';
  readonly frames: number;
  readonly records: number;
  readonly breaks: number;
  readonly dropped: number;
  readonly baseMb: number;
  readonly moreMb: number;
}

/** As built: capturing is no part of what the client publishes. */
interface Carried {
  begin(teller: object, beginning: object, now: number): void;
  want(feeds: ReadonlyMap<string, boolean>, now: number): boolean;
  find(name: string): object | undefined;
  registered(feed: object, atMs: number, monotonic: number): void;
  interrupted(cause: string, atMs: number): void;
  leave(): void;
}
interface Capture {
  readonly carried: Carried;
  opened(): void;
  text(text: string, receivedMs: number): void;
  ended(why: string, detail: string): void;
  close(): Promise<void>;
}
interface Modules {
  readonly capture: { readonly FrameCapture: new (parts: object) => Capture };
  readonly kis: {
    readonly kis: { readonly live: { reader(environment: 'real'): { read(text: string, at: number): Read } } };
  };
  readonly clock: { readonly systemClock: object };
}
interface Read {
  readonly kind: string;
  readonly records: readonly object[];
}

const built = async <Name extends keyof Modules>(path: string): Promise<Modules[Name]> =>
  (await import(new URL(path, import.meta.resolve('@hub/client')).href)) as Modules[Name];

const order = givenOrder() as DeskOrder; // its starter is ours
const { FrameCapture } = await built<'capture'>('realtime/capture/frame-capture.js');
const { kis } = await built<'kis'>('broker/kis/index.js');
const { systemClock } = await built<'clock'>('runtime/clock.js');

/** 09:00 KST of a trading day. */
const start = Date.UTC(2026, 10, 6);
const recordsPerFrame = 3;
const breakEverySeconds = 1_800;
/** Characters between two pauses: the disk is to be fast enough for all of them. */
const slice = 60_000;
const knownFields = 46;

let now = start;
let dropped = 0;
const capture = new FrameCapture({
  ...{ dir: order.dir, broker: 'kis', environment: 'real', keyId: '0123456789ab', account: 'kis:real:0123456789ab' },
  protocol: kis.live,
  clock: { ...systemClock, now: () => now },
  mostBytes: 32_000_000,
  notify: (notice: { readonly kind: string; readonly count?: number }) => {
    if (notice.kind === 'capture-dropped') dropped = notice.count ?? dropped;
  },
});
const names = order.symbols.map((symbol) => `trade:KRX:${symbol}`);
const connect = (): void => {
  capture.opened();
  for (const name of names) {
    const feed = capture.carried.find(name);
    if (feed !== undefined) capture.carried.registered(feed, now, now);
  }
};
const nobody = { add: () => undefined, feed: () => undefined, gap: () => undefined };
capture.carried.begin(nobody, { generation: 1, seq: 0, throughMs: 0, handedOver: false, feeds: new Map() }, now);
capture.carried.want(new Map(names.map((name) => [name, false])), now);
connect();

const volumes = new Map(order.symbols.map((symbol) => [symbol, 0]));
const frameOf = (symbol: string): string => {
  const records: string[] = [];
  for (let at = 0; at < recordsPerFrame; at += 1) {
    const volume = (volumes.get(symbol) ?? 0) + 7;
    volumes.set(symbol, volume);
    const fields = Array.from({ length: knownFields }, (_each, index) => String(1_000 + ((volume + index) % 977)));
    Object.assign(fields, {
      0: symbol,
      1: '101502',
      2: '71300',
      10: '71400',
      11: '71300',
      12: '7',
      13: String(volume),
    });
    Object.assign(fields, { 14: '1012780041', 21: '1', 33: '20261106' });
    records.push(fields.join('^'));
  }
  return `0|H0STCNT0|${String(recordsPerFrame).padStart(3, '0')}|${records.join('^')}`;
};

const watch = new MemoryWatch();
const seconds = Math.round(order.hours * 3_600);
let frames = 0;
let breaks = 0;
let since = 0;
for (let second = 0; second < seconds && process.connected; second += 1) {
  if (second > 0 && second % breakEverySeconds === 0) {
    capture.carried.interrupted('disconnect', now);
    capture.ended('ended', 'code 1006');
    now += 500;
    connect();
    breaks += 1;
  }
  for (let at = 0; at < order.framesPerSecond; at += 1) {
    now = start + second * 1_000 + 600 + Math.floor((at * 400) / order.framesPerSecond);
    const text = frameOf(order.symbols[frames % order.symbols.length] ?? '');
    capture.text(text, now);
    frames += 1;
    since += text.length;
  }
  if (since > slice) {
    since = 0;
    await sleep(5);
    watch.look();
  }
  if (second === Math.floor(seconds / 8)) watch.begin();
}
capture.carried.leave();
await capture.close();
const captured: Captured = {
  ...{ kind: 'captured', frames, records: frames * recordsPerFrame, breaks, dropped, ...watch.figures },
};
tell(captured);
await untilReleased();
