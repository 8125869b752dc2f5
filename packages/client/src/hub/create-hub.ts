import type { KisNameIn } from '../broker/kis/call-types.js';
import type { KiwoomNameIn } from '../broker/kiwoom/call-types.js';
import { channels } from '../observe/channels.js';
import { log, type Logger } from '../observe/log.js';
import { measurements } from '../observe/measurements.js';
import { Observation } from '../observe/observation.js';
import { spans } from '../observe/spans.js';
import type { Environment } from '../request/contract.js';
import { systemClock, type Clock } from '../runtime/clock.js';
import { redaction } from '../runtime/mask.js';
import { harmless, silent, type Notice, type Notify } from '../runtime/notice.js';
import { systemRandom, type Random } from '../runtime/random.js';
import { directLines } from './direct-lines.js';
import { Hub } from './hub.js';
import type { HubOptions } from './options.js';
import { serviceLines } from './service-lines.js';
import { settingsOf, type Settings } from './settings.js';

/** What tests and programs may replace. */
export interface HubEffects {
  /** Where settings come from that the options leave out; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The time that this process goes by; that of the system unless given. `@hub/client/testing` has one that stands still. */
  readonly clock?: Clock;
  /** Numbers in [0, 1) for pauses and renewals; `Math.random` unless given. */
  readonly random?: Random;
  /** Told of everything that makes a call take its time: holds, token waits, retries. */
  readonly notify?: Notify;
  /** Told of the same, and of every call that failed; one of pino fits. */
  readonly logger?: Logger;
  /**
   * Whether KRX trades on a KST weekday, `YYYY-MM-DD`, for the look before the opening; a day that it does not know should count as
   * one. Every weekday unless given.
   */
  readonly isTradingDay?: (day: string) => boolean;
  /** In service mode: before every key of the queues, as given to the workers (`prefix` of startService). */
  readonly queuePrefix?: string;
}

/**
 * The only way out to a broker. Validates the settings (throws one HUB_CONFIG that lists every problem) and remembers
 * them; the first call opens the connections. Close it, or declare it with `await using`.
 *
 * Where the options say `environment: 'paper'`, what paper trading does not offer is a mistake of the compiler; where the
 * environment variable says it, such a call is HUB_CALL_INVALID before anything is sent.
 */
export const createHub = <Kis extends Environment = Environment, Kiwoom extends Environment = Environment>(
  options: HubOptions<Kis, Kiwoom> = {},
  effects: HubEffects = {},
): Hub<KisNameIn<Kis>, KiwoomNameIn<Kiwoom>> => {
  const settings = settingsOf(options, effects.env ?? process.env);
  const clock = effects.clock ?? systemClock;
  const random = effects.random ?? systemRandom;
  const told = harmless(effects.notify ?? silent);
  const listeners = new Set<Notify>();
  const redact = redactionOf(settings);
  const observation = new Observation({
    watchers: [spans(), measurements(), channels(), ...(effects.logger === undefined ? [] : [log(effects.logger)])],
    clock,
    redact,
  });
  const notify: Notify = (original) => {
    const notice = redacted(original, redact);
    told(notice);
    for (const listener of listeners) listener(notice);
    observation.notice(notice);
  };
  const onNotice = (listener: Notify): (() => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  const lines =
    settings.mode === 'service'
      ? serviceLines(settings, { clock, queuePrefix: effects.queuePrefix })
      : directLines(settings, { clock, random, notify, isTradingDay: effects.isTradingDay });
  return new Hub({ lines, clock, notify, onNotice, observation });
};

const redactionOf = (settings: Settings): ((text: string) => string) => {
  const { main, gatekeeper } = settings.redis;
  if (settings.mode === 'service') return redaction([], [], [main, gatekeeper ?? '']);
  const { kis, kiwoom, lockUrls = [] } = settings;
  const secrets = [
    ...(kis?.keys ?? []).flatMap(({ appKey, appSecret }) => [appKey, appSecret]),
    ...(kiwoom?.keys ?? []).flatMap(({ appKey, secretKey }) => [appKey, secretKey]),
  ];
  return redaction(
    secrets,
    (kis?.keys ?? []).flatMap(({ account }) => account ?? []),
    [main, gatekeeper ?? '', ...lockUrls],
  );
};

/** The words of a broker in it come from far away. */
const redacted = (notice: Notice, redact: (text: string) => string): Notice => {
  if (notice.kind === 'token-failed') return { ...notice, message: redact(notice.message) };
  return notice.kind === 'token-limit' ? { ...notice, brokerMessage: redact(notice.brokerMessage) } : notice;
};
