import { randomBytes } from 'node:crypto';

import type { Child } from '../harness/child.js';
import type { Draw } from '../harness/drawing.js';
import { epochMs } from '../harness/numbers.js';
import { atOnce } from './at-once.js';
import type { Done } from './errand.js';
import { bar, commonBars, type Outcome } from './outcome.js';
import { lateWrite, places, type Line, type Place } from './place.js';
import { keyIdOf, openStage, type Key, type Stage } from './stage.js';
import type { Tap } from './tap.js';

export interface DeathsOptions {
  readonly name: string;
  readonly minuteMs: number;
  /** Issuers that die at each place. */
  readonly rounds: number;
  /** Rounds that run at a time: they wait for locks and cooldowns of the dead, most of the time. */
  readonly width: number;
  /** Processes that want the token afterwards. */
  readonly survivors: number;
  readonly draw: Draw;
  readonly signal: AbortSignal;
  readonly onExit: (cleanUp: () => Promise<void>) => void;
}

/** What one issuer and those after it came to. */
interface Round {
  readonly place: string;
  readonly recoveryMs: number;
  readonly missed: readonly string[];
}

/** An issuer has to come to its place within this time. */
const onItsWayMs = 30_000;
const callsOfSurvivor = 2;
/** The survivors come so long after the death, at most. */
const longestPauseMs = 500;

const freshKey = (): Key => ({
  appKey: `PS${randomBytes(17).toString('hex')}`,
  appSecret: randomBytes(90).toString('hex'),
});

/** An issuer with somebody in the middle of both of its lines, who says when it has come to the place. */
const startIssuer = async (stage: Stage, key: Key, place: Place) => {
  const recognise = place.recognise();
  const late = place === lateWrite;
  let there = false;
  let arrived: () => void = () => undefined;
  const atPlace = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const hear = (line: Line) => (direction: 'there' | 'back', text: string) => {
    // Nothing of the dying goes on, while of a late writer one piece alone stays behind.
    if (there) return !late;
    there = recognise(line, direction, text);
    if (there) arrived();
    return there;
  };
  const main = await stage.tap(stage.redis.main, hear('redis'));
  const broker = await stage.tap(stage.brokerUrl, hear('broker'));
  const child = await stage.caller();
  const redis = { main: main.url, gatekeeper: stage.redis.gatekeeper };
  const done = stage.send(child, { keys: [key], redis, brokerUrl: broker.url, calls: 1, inFlight: 1 });
  // It dies, or its one call fails because its write was late.
  done.catch(() => undefined);
  return { child, main, broker, atPlace };
};

const within = async (work: Promise<void>, ms: number, words: string, signal: AbortSignal): Promise<void> => {
  const over = AbortSignal.any([AbortSignal.timeout(ms), signal]);
  await Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      over.addEventListener('abort', () => {
        reject(new Error(words));
      });
    }),
  ]);
};

const judge = async (stage: Stage, key: Key, place: Place, done: readonly Done[]): Promise<readonly string[]> => {
  const { arrivals } = await stage.spacing();
  const count = arrivals[keyIdOf(key)] ?? 0;
  const made = done.reduce((sum, each) => sum + each.made, 0);
  return [
    ...bar(made === done.length * callsOfSurvivor, `calls failed: ${JSON.stringify(done.map((each) => each.failed))}`),
    ...bar(count === place.arrivals, `${String(count)} token requests instead of ${String(place.arrivals)}`),
  ].map((words) => `${place.name}: ${words}`);
};

/** The write that stayed on the line arrives when others have written: it must change nothing. */
const judgeLateWrite = async (stage: Stage, key: Key, issuer: Child, main: Tap): Promise<readonly string[]> => {
  const keyId = keyIdOf(key);
  const before = await stage.records.issuerOf(keyId);
  main.release();
  await stage.pass(500);
  const after = await stage.records.issuerOf(keyId);
  const own = after.endsWith(`:${String(issuer.pid)}`);
  return bar(before === after && !own, `${lateWrite.name}: the record of ${before} became that of ${after}`);
};

const playRound = async (stage: Stage, place: Place, survivors: readonly Child[], draw: Draw): Promise<Round> => {
  const key = freshKey();
  const { child, main, broker, atPlace } = await startIssuer(stage, key, place);
  try {
    await within(atPlace, onItsWayMs, `${place.name}: the issuer never came to this place`, stage.signal);
    if (place !== lateWrite) await child.signal('SIGKILL');
    await stage.pass(longestPauseMs * draw());
    const start = epochMs();
    const errand = { keys: [key], calls: callsOfSurvivor, inFlight: callsOfSurvivor };
    const done = await Promise.all(survivors.map((survivor) => stage.send(survivor, errand)));
    const recoveryMs = epochMs() - start;
    const missed = await judge(stage, key, place, done);
    const late = place === lateWrite ? await judgeLateWrite(stage, key, child, main) : [];
    return { place: place.name, recoveryMs, missed: [...missed, ...late] };
  } finally {
    await child.signal('SIGKILL');
    await Promise.all([main.close(), broker.close()]);
  }
};

/** Issuers die at each step of a token request, and those who wait for the token get one by themselves. */
export const playDeaths = async (options: DeathsOptions): Promise<Outcome> => {
  const { name, minuteMs, rounds, width, draw, signal, onExit } = options;
  const stage = await openStage({ minuteMs, signal });
  onExit(() => stage.close());
  const survivors = await Promise.all(Array.from({ length: options.survivors }, () => stage.caller()));
  // Place after place, so that each of them is there from the start.
  const turns = Array.from({ length: rounds }, () => [...places, lateWrite]).flat();
  const played = await atOnce(
    width,
    turns.map((place) => () => playRound(stage, place, survivors, draw)),
  );
  const common = await commonBars(stage);
  await stage.close();
  return {
    name,
    figures: {
      rounds: played.length,
      slowestMs: Math.round(Math.max(...played.map(({ recoveryMs }) => recoveryMs))),
      ...common.figures,
    },
    missed: [...common.missed, ...played.flatMap(({ missed }) => missed)],
  };
};
