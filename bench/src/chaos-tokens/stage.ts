import { createHash } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import type { BrokerSimOptions, Journal } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';

import { startChild, type Child } from '../harness/child.js';
import { doneKind, type Done, type Errand } from './errand.js';
import { watchRecords, type RecordWatch } from './records.js';
import { spacing, type Spacing } from './spacing.js';
import { startTap, type Ear, type Tap } from './tap.js';

export interface Key {
  readonly appKey: string;
  readonly appSecret: string;
}

/** Names a key in records and journals, as the hub and the simulator do. */
export const keyIdOf = ({ appKey }: Key): string => createHash('sha256').update(appKey).digest('hex').slice(0, 12);

export interface StageOptions {
  /** The broker's minute. The vault's cooldown follows from it. */
  readonly minuteMs: number;
  readonly sim?: BrokerSimOptions;
  /** What the broker lets through, and the hub grants. */
  readonly perSecond?: number;
  readonly signal: AbortSignal;
}

/** Two Redis servers, a broker in a process of its own, and callers that come and go. */
export interface Stage {
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly records: RecordWatch;
  readonly signal: AbortSignal;
  /** A process that waits for errands. */
  caller(): Promise<Child>;
  /** Sends an errand of this stage; `change` bends it. */
  send(child: Child, errand: Pick<Errand, 'keys' | 'calls' | 'inFlight'> & Partial<Errand>): Promise<Done>;
  /** A line to a server of this stage with somebody in the middle. */
  tap(target: string, hear: Ear): Promise<Tap>;
  /** Asks the simulator's side door. */
  tell(path: string): Promise<void>;
  journal(): Promise<Journal>;
  /** The counters of the journal alone. */
  summary(): Promise<Pick<Journal, 'calls' | 'breaches' | 'tokenIssues'>>;
  /** How token requests arrived, key by key. */
  spacing(): Promise<Spacing>;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** The broker's minute with its second of margin, both shortened alike: 61 s of 60. */
const cooldownOf = (minuteMs: number): number => Math.ceil((minuteMs * 61) / 60) + 20;

let errands = 0;

export const openStage = async ({ minuteMs, sim = {}, perSecond = 100, signal }: StageOptions): Promise<Stage> => {
  const redis = await startPrivateRedis({ isolated: true, signal });
  const urls = { main: redis.mainUrl, gatekeeper: redis.gatekeeperUrl };
  const order: BrokerSimOptions = { tokenMinuteMs: minuteMs, acceptAnyKey: true, limit: { perSecond }, ...sim };
  const broker = startChild(new URL('../quota/simulator.js', import.meta.url), order);
  const { url: brokerUrl } = await broker.next<{ kind: 'open'; url: string }>('open');
  const records = await watchRecords(urls.main);
  const callers: Child[] = [];
  const taps: Tap[] = [];
  const read = async (query: string): Promise<Journal> =>
    (await (await fetch(`${brokerUrl}/sim/journal${query}`)).json()) as Journal;
  return {
    redis: urls,
    brokerUrl,
    records,
    signal,
    journal: () => read(''),
    summary: () => read('?summary=1'),
    tap: async (target, hear) => {
      const tap = await startTap(target, hear);
      taps.push(tap);
      return tap;
    },
    caller: async () => {
      signal.throwIfAborted();
      const child = startChild(new URL('caller.js', import.meta.url), {});
      callers.push(child);
      // Fifty of them share two cores with the broker. Starved, it would date requests by when it woke up, not by when they came.
      setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
      await child.next('ready');
      return child;
    },
    send: (child, errand) => {
      errands += 1;
      const id = String(errands);
      const tokenCooldownMs = cooldownOf(minuteMs);
      child.send({ kind: 'go', id, redis: urls, brokerUrl, perSecond, tokenCooldownMs, ...errand } satisfies Errand);
      return child.next<Done>(doneKind(id));
    },
    tell: async (path) => {
      const response = await fetch(`${brokerUrl}${path}`, { method: 'POST' });
      if (!response.ok) throw new Error(`${path}: ${String(response.status)}`);
    },
    spacing: async () => spacing((await read('')).entries, minuteMs),
    pass: async (ms) => sleep(ms, undefined, { signal }),
    close: async () => {
      await Promise.all(callers.map((caller) => caller.stop()));
      await Promise.all(taps.map((tap) => tap.close()));
      await records.close();
      await broker.stop();
      await redis.close();
    },
  };
};
