import { errors } from '@hub/client';
import type { Redis } from 'ioredis';

import { failureOf } from '../error.js';
import type { SentinelEvent } from './event.js';

/** Where alerts are published in the main Redis, as JSON. */
export const alertChannel = 'api:hub:alerts';

/** Something that a person should know of. */
export interface Alert {
  readonly v: 1;
  readonly storeId: string;
  /** `unavailable`: data is lost for good. `stuck`: a hole is not filled in spite of several tries. `mute`: a live feed tells nothing though it is traded. `trouble`: the Sentinel cannot work. */
  readonly kind: 'unavailable' | 'stuck' | 'mute' | 'trouble';
  /** UTC epoch ms. */
  readonly atMs: number;
  /** One line. */
  readonly text: string;
}

export interface AlertOptions {
  readonly storeId: string;
  readonly redis: Redis;
  /** Takes JSON with `text` (Slack) and `content` (Discord). */
  readonly webhook?: string | undefined;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** One message for all that comes within this time: an outage has many holes. */
const togetherMs = 2_000;
const linesAtMost = 10;
const answersWithinMs = 5_000;
/** A hole that was tried so often is told of, once. */
const triesBeforeAlert = 4;
/** Trouble of one kind is told of again after this. */
const quietMs = 10 * 60_000;

/** Throws HUB_CONFIG: whatever is sent there leaves the house. */
export const checkWebhook = (url: string): void => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isLocal = parsed !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(parsed.hostname);
  if (parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLocal)) return;
  throw new errors.ConfigInvalid(
    ['the webhook for alerts (HUB_ALERT_WEBHOOK) is no https URL'],
    'Give the address that Slack or Discord shows for an incoming webhook; http is for this machine alone.',
  );
};

/** Tells people what the Sentinel could not mend: on a channel of the main Redis, and at a webhook. Never throws, never waits. */
export class Alerts {
  readonly #options: AlertOptions;
  readonly #tries = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();
  #waiting: Alert[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #sending = new Set<Promise<void>>();

  constructor(options: AlertOptions) {
    if (options.webhook !== undefined) checkWebhook(options.webhook);
    this.#options = options;
  }

  /** Every event of the Sentinel passes here. */
  hear(event: SentinelEvent): void {
    if (event.kind === 'error') {
      this.#tellOnce(event.code, 'trouble', `${event.code} ${event.message}`);
      return;
    }
    if (event.kind === 'feed-escalated') {
      if (event.step === 'alert') this.#tell('mute', muteText(event));
      return;
    }
    if (event.kind === 'hole-failed') {
      const tries = (this.#tries.get(event.id) ?? 0) + 1;
      this.#tries.set(event.id, tries);
      if (tries === triesBeforeAlert)
        this.#tell('stuck', `${placeOf(event.hole)} is not filled: ${event.code} ${event.message}`);
      return;
    }
    if (event.kind !== 'hole-ended') return;
    this.#tries.delete(event.id);
    const { closing, hole } = event;
    if (closing.state === 'waiting')
      this.#tellOnce(closing.reason, 'stuck', `${placeOf(hole)} is not filled: ${closing.reason}`);
    // Order books of the past are never to be had: an alert for each would hide the others.
    if ((closing.state === 'unavailable' || closing.state === 'expired') && hole.kind === 'trade')
      this.#tell('unavailable', `${placeOf(hole)} is lost: ${closing.reason}`);
  }

  /** Sends what waits. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#send();
    await Promise.allSettled(this.#sending);
  }

  #tellOnce(name: string, kind: Alert['kind'], text: string): void {
    const now = this.#options.now();
    if (now - (this.#toldAt.get(name) ?? -Infinity) < quietMs) return;
    this.#toldAt.set(name, now);
    this.#tell(kind, text);
  }

  #tell(kind: Alert['kind'], text: string): void {
    const { storeId, now } = this.#options;
    this.#waiting.push({ v: 1, storeId, kind, atMs: now(), text });
    this.#timer ??= setTimeout(() => {
      this.#send();
    }, togetherMs).unref();
  }

  #send(): void {
    const { redis, webhook } = this.#options;
    const alerts = this.#waiting;
    this.#waiting = [];
    this.#timer = undefined;
    if (alerts.length === 0) return;
    for (const alert of alerts) this.#track(redis.publish(alertChannel, JSON.stringify(alert)));
    if (webhook !== undefined) this.#track(post(webhook, messageOf(alerts)));
  }

  #track(sending: Promise<unknown>): void {
    const tracked = sending
      .then(() => undefined)
      .catch((error: unknown) => {
        this.#options.onError(new Error(`an alert was not delivered: ${failureOf(error).message}`));
      })
      .finally(() => this.#sending.delete(tracked));
    this.#sending.add(tracked);
  }
}

const placeOf = ({
  kind,
  symbol,
  venue,
  fromMs,
  toMs,
}: Extract<SentinelEvent, { kind: 'hole-ended' }>['hole']): string =>
  `${kind} ${symbol} ${venue} ${kst(fromMs)} to ${kst(toMs).slice(11)} KST`;

const muteText = ({
  broker,
  symbol,
  venue,
  keyId,
  mutedMs,
  evidence,
  tried,
}: Extract<SentinelEvent, { kind: 'feed-escalated' }>): string =>
  `the live feed of trade ${symbol} ${venue} at ${broker} ${keyId} is mute since ${kst(mutedMs)} KST, though ${evidence}; ` +
  `in vain: ${tried.join(', ')}; look at the broker's notices and \`hub realtime status\`, or subscribe to it at another broker`;

const kst = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

const messageOf = (alerts: readonly Alert[]): string => {
  const more = alerts.length - linesAtMost;
  const lines = alerts.slice(0, linesAtMost).map(({ kind, text }) => `[API Hub] ${kind}: ${text}`);
  return [...lines, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('\n');
};

/** Rejects without the address in its words: whoever has it can write there. */
const post = async (url: string, text: string): Promise<void> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, content: text }),
    signal: AbortSignal.timeout(answersWithinMs),
    redirect: 'error',
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`the webhook cannot be reached: ${cause.replaceAll(url, 'its address')}`);
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the webhook answered ${String(answer.status)}`);
};
