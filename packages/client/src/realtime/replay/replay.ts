import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { BrokerName } from '../../broker/contract.js';
import { feedText, type LiveProtocol } from '../../broker/live.js';
import { CaptureUnreadable, FeedInvalid, HubClosed } from '../../error/index.js';
import { sleepUntil, type Clock } from '../../runtime/clock.js';
import { linkedSignal } from '../../runtime/linked-signal.js';
import type { RealtimeEvent, RealtimeHandler } from '../contract.js';
import { feedOf } from '../realtime.js';
import { merged, runsOf, type RunFiles, type RunLine } from './capture-run.js';
import type { CaptureFlaw } from './capture-reader.js';
import type { Replay, ReplayOptions, ReplayReport } from './contract.js';
import { Held } from './held.js';
import { ReplayedSession } from './replayed-session.js';

export interface ReplayParts {
  readonly options: ReplayOptions;
  readonly handler: RealtimeHandler | undefined;
  readonly protocolOf: (broker: BrokerName) => LiveProtocol | undefined;
  readonly clock: Clock;
}

/** Feeds from files: nothing waits in memory, so a slow consumer makes it slower and loses nothing. */
export class FileReplay implements Replay {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly #parts: ReplayParts;
  readonly #stop;
  readonly #runs: Promise<readonly RunFiles[]>;
  readonly #flaws: CaptureFlaw[] = [];
  readonly #sessions = new Map<string, ReplayedSession>();
  /** Of one line, in order. */
  #events: RealtimeEvent[] = [];
  #figures = {
    files: 0,
    frames: 0,
    events: 0,
    firstMs: undefined as number | undefined,
    lastMs: undefined as number | undefined,
  };
  #taken = false;
  #finish: () => void = nothing;

  /** Throws HUB_FEED_INVALID for options that cannot be meant. */
  constructor(parts: ReplayParts) {
    checkOptions(parts.options);
    this.#parts = parts;
    const { signal } = parts.options;
    this.#stop = linkedSignal(signal === undefined ? [] : [signal]);
    this.#runs = this.#find();
    this.ready = this.#runs.then(nothing);
    this.ready.catch(nothing); // told by whoever takes the events as well
    this.ended = parts.handler === undefined ? this.#untilTaken() : this.#serve(parts.handler);
    this.ended.catch(nothing);
  }

  get report(): ReplayReport {
    const bad = [...this.#sessions.values()].reduce((sum, session) => sum + session.bad, 0);
    return { ...this.#figures, bad, flaws: [...this.#flaws] };
  }

  close(): Promise<void> {
    this.#stop.abort(new HubClosed());
    this.#finish();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<RealtimeEvent> {
    if (this.#parts.handler !== undefined || this.#taken) {
      throw new TypeError('the events of this replay are taken already: a handler or one iterator has them');
    }
    this.#taken = true;
    try {
      yield* this.#tell();
    } finally {
      await this.close();
    }
  }

  #untilTaken(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
  }

  async #serve(handler: RealtimeHandler): Promise<void> {
    try {
      for await (const event of this.#tell()) await handler(event);
    } finally {
      this.#stop.abort(new HubClosed());
    }
  }

  async #find(): Promise<readonly RunFiles[]> {
    const { files = [], dir } = this.#parts.options;
    const found = dir === undefined ? [] : await filesIn(dir);
    const all = [...new Set([...files, ...found])];
    const { runs, flaws } = await runsOf(all);
    this.#flaws.push(...flaws);
    if (runs.length === 0) throw new CaptureUnreadable(flaws, dir ?? 'no file is named');
    this.#figures.files = all.length - flaws.length;
    return runs;
  }

  async *#tell(): AsyncGenerator<RealtimeEvent> {
    const { from = -Infinity, to = Infinity } = this.#parts.options;
    const { signal } = this.#stop;
    const held = new Held();
    let begun = false;
    const pace = this.#pace();
    const lines = merged(await this.#runs, (flaw) => this.#flaws.push(flaw));
    try {
      for await (const { header, line, dueMs } of lines) {
        if (signal.aborted || dueMs >= to) return;
        if (!begun && dueMs >= from) {
          begun = true;
          for (const event of held.events) yield this.#counted(event, from);
        }
        if (begun) await pace(dueMs);
        // `close` may have been called meanwhile.
        if (this.#stop.signal.aborted) return;
        this.#figures.frames += line.f === undefined ? 0 : 1;
        this.#sessionOf(header)?.take(header, line);
        const events = this.#events;
        if (events.length === 0) continue;
        this.#events = [];
        for (const event of events) {
          if (begun) yield this.#counted(event, dueMs);
          else held.see(event);
        }
      }
    } finally {
      this.#stop.release();
    }
  }

  #counted(event: RealtimeEvent, atMs: number): RealtimeEvent {
    this.#figures.events += 1;
    this.#figures.firstMs ??= atMs;
    this.#figures.lastMs = atMs;
    return event;
  }

  /** Waits until an instant of the capture has come again; the first one comes at once. */
  #pace(): (dueMs: number) => Promise<void> {
    const { clock, options } = this.#parts;
    const { speed = 1 } = options;
    let origin: { readonly dueMs: number; readonly at: number } | undefined;
    return async (dueMs) => {
      if (speed === 'max') return;
      origin ??= { dueMs, at: clock.monotonic() };
      const at = origin.at + (dueMs - origin.dueMs) / speed;
      if (at > clock.monotonic()) await sleepUntil(clock, at, this.#stop.signal);
    };
  }

  #sessionOf({ run, broker }: RunLine['header']): ReplayedSession | undefined {
    const known = this.#sessions.get(run);
    const { protocolOf, options } = this.#parts;
    const protocol = protocolOf(broker);
    if (known !== undefined || protocol === undefined) return known;
    const wanted = wantedOf(options, broker);
    const session = new ReplayedSession(protocol, options.raw === true, (feed, event) => {
      if (wanted === undefined || wanted.has(feed)) this.#events.push(event);
    });
    this.#sessions.set(run, session);
    return session;
  }
}

/** The feeds of a broker that are asked for, by name; undefined: all. */
const wantedOf = ({ feeds }: ReplayOptions, broker: BrokerName): ReadonlySet<string> | undefined =>
  feeds &&
  new Set(feeds.filter((feed) => (feed.broker ?? broker) === broker).map((request) => feedText(feedOf(request))));

const filesIn = async (dir: string): Promise<string[]> => {
  try {
    const names = await readdir(dir);
    return names
      .filter((name) => name.endsWith('.ndjson.gz'))
      .sort()
      .map((name) => join(dir, name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CaptureUnreadable([{ file: dir, offset: 0, why }], dir);
  }
};

const checkOptions = ({ files = [], dir, speed = 1, feeds = [] }: ReplayOptions): void => {
  if (files.length === 0 && dir === undefined) {
    throw new FeedInvalid('neither files nor a dir to replay are named', "Name one: { dir: 'captures' }.");
  }
  if (speed !== 'max' && !(Number.isFinite(speed) && speed > 0)) {
    throw new FeedInvalid(`speed: ${String(speed)} is neither above 0 nor max`, 'Give 1, 10 or max.');
  }
  for (const request of feeds) feedOf(request);
};

const nothing = (): void => undefined;
