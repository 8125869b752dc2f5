// Files are real; the clock is not.
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { replay, type Replay, type ReplayOptions } from '../../../src/index.js';
import type { GapEvent, RealtimeEvent } from '../../../src/realtime/contract.js';
import { openPrivateFile, type OpenSink } from '../../../src/realtime/capture/gzip-file.js';
import { fakeClock } from '../../../src/testing/index.js';
import { Desk } from '../../support/desk.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'capture-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** 23:59:50 KST. */
const lateEvening = '2026-11-06T14:59:50Z';
const morning = '2026-11-06T01:00:00Z';

const told = async (options: ReplayOptions): Promise<{ events: RealtimeEvent[]; replayed: Replay }> => {
  const replayed = replay({ speed: 'max', ...options });
  const events: RealtimeEvent[] = [];
  for await (const event of replayed) events.push(event);
  return { events, replayed };
};

const files = async (): Promise<string[]> => (await readdir(dir)).sort();
const gapsIn = (events: readonly RealtimeEvent[]): GapEvent[] =>
  events.filter((event): event is GapEvent => event.kind === 'gap');

/** What a desk hears in some seconds, with a socket that breaks in between. */
const day = async (desk: Desk, clock: ReturnType<typeof fakeClock>): Promise<void> => {
  desk.begin('005930', '000660');
  for (let round = 0; round < 30; round += 1) {
    await clock.advance(500);
    desk.trade('005930');
    if (round % 3 === 0) desk.trade('000660', 5);
    if (round === 12) desk.disconnect();
    if (round === 12) await clock.advance(1_500);
    if (round === 12) desk.connect();
  }
  await desk.capture.close();
};

describe('what was captured', () => {
  it('is told again over the files of a day, of the next day, and of those that were full', async () => {
    const clock = fakeClock(lateEvening);
    const desk = new Desk(dir, clock, { mostBytes: 3_000 });
    await day(desk, clock);
    const names = await files();
    expect(names.length).toBeGreaterThan(4);
    expect(names[0]).toBe('kis-real-0123456789ab-20261106T145950Z-4711.ndjson.gz');
    const { events, replayed } = await told({ dir });
    expect(events).toEqual(desk.told);
    expect(gapsIn(events)).toHaveLength(4);
    expect(replayed.report).toMatchObject({ files: names.length, frames: 40, bad: 0, flaws: [] });
    expect((await told({ files: names.reverse().map((name) => join(dir, name)) })).events).toEqual(desk.told);
  });

  it('begins anew at midnight in Korea', async () => {
    const clock = fakeClock(lateEvening);
    await day(new Desk(dir, clock), clock);
    expect(await files()).toEqual([
      'kis-real-0123456789ab-20261106T145950Z-4711.ndjson.gz',
      'kis-real-0123456789ab-20261106T150000Z-4711.ndjson.gz',
    ]);
  });

  it('of two hubs that begin in the same second is in two files', async () => {
    const clock = fakeClock(morning);
    const desks = [new Desk(dir, clock), new Desk(dir, clock)];
    for (const desk of desks) await day(desk, clock);
    expect(await files()).toHaveLength(2);
    const { events } = await told({ dir });
    expect(events).toHaveLength((desks[0]?.told.length ?? 0) + (desks[1]?.told.length ?? 0));
  });

  it('can be read to its last second after a process was killed', async () => {
    const clock = fakeClock(morning);
    const desk = new Desk(dir, clock);
    desk.begin('005930');
    desk.trade('005930');
    await clock.advance(600);
    await expect.poll(async () => (await told({ dir }).catch(() => undefined))?.events).toEqual(desk.told);
    const { replayed } = await told({ dir });
    expect(replayed.report.flaws).toMatchObject([{ kind: 'truncated' }]);
    const [name = ''] = await files();
    await truncate(join(dir, name), (await stat(join(dir, name))).size - 7);
    const cut = await told({ dir });
    expect(cut.events).toEqual(desk.told.slice(0, cut.events.length));
    expect(cut.events.length).toBeGreaterThan(0);
    await desk.capture.close();
  });

  it('holds neither the secret of the session nor account numbers', async () => {
    const clock = fakeClock(morning);
    const desk = new Desk(dir, clock);
    desk.capture.hide('approval-1234');
    desk.begin('005930');
    desk.hear(
      '{"header":{"tr_id":"PINGPONG"},"approval_key":"approval-1234","body":{"output":{"iv":"IVIV","key":"KEYKEY"}}}',
    );
    await desk.capture.close();
    const [name = ''] = await files();
    expect(gunzipSync(await readFile(join(dir, name))).toString()).not.toMatch(/approval-1234|IVIV|KEYKEY/);
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  });
});

/** A disk that takes nothing until it is told to. */
const stuckDisk = (): { open: OpenSink; goOn: () => void } => {
  let goOn = (): void => undefined;
  const free = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  return {
    goOn: () => {
      goOn();
    },
    open: async (path) => {
      await free;
      return openPrivateFile(path);
    },
  };
};

describe('a disk', () => {
  it('that is slower than the frames loses what it cannot take, tells how much, and the replay has a gap for it', async () => {
    const clock = fakeClock(morning);
    const { open, goOn } = stuckDisk();
    const desk = new Desk(dir, clock, { open, mostWaiting: 10_000 });
    desk.begin('005930');
    for (let at = 0; at < 200; at += 1) {
      desk.trade('005930');
      await clock.advance(10);
    }
    const dropped = desk.notices.filter(({ kind }) => kind === 'capture-dropped');
    expect(dropped.map((notice) => ('count' in notice ? notice.count : 0))).toEqual([1, 10, 100]);
    goOn();
    await expect
      .poll(async () => {
        await clock.advance(600);
        desk.trade('005930');
        return (await told({ dir }).catch(() => undefined))?.events.some(({ kind }) => kind === 'gap');
      })
      .toBe(true);
    await desk.capture.close();
    const { events } = await told({ dir });
    const trades = new Set(events.flatMap((event) => (event.kind === 'trade' ? [event.dayVolume] : [])));
    const gaps = gapsIn(events).filter(({ cause }) => cause === 'fan-out');
    expect(gaps).toHaveLength(1);
    const missing = desk.told.filter((event) => event.kind === 'trade' && !trades.has(event.dayVolume));
    expect(missing.length).toBeGreaterThan(100);
    for (const event of missing) {
      const at = event.kind === 'trade' ? event.receivedMs : 0;
      expect(gaps.some(({ sinceMs, untilMs }) => at >= sinceMs && at < (untilMs ?? Infinity))).toBe(true);
    }
  });

  it('that refuses is tried again after ten seconds; the feed does not notice', async () => {
    const clock = fakeClock(morning);
    let full = true;
    const open: OpenSink = async (path) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      return openPrivateFile(path);
    };
    const desk = new Desk(dir, clock, { open });
    desk.begin('005930');
    desk.trade('005930');
    await clock.advance(600);
    expect(desk.notices).toMatchObject([{ kind: 'capture-failed', message: /ENOSPC/, forMs: 10_000 }]);
    desk.trade('005930');
    full = false;
    await clock.advance(10_000);
    desk.trade('005930');
    await desk.capture.close();
    expect(desk.told.filter(({ kind }) => kind === 'trade')).toHaveLength(3);
    const { events } = await told({ dir });
    expect(events.filter(({ kind }) => kind === 'trade')).toEqual(
      desk.told.filter(({ kind }) => kind === 'trade').slice(-1),
    );
  });

  it('that takes for ever does not keep a hub from closing', async () => {
    const clock = fakeClock(morning);
    const { open, goOn } = stuckDisk();
    const desk = new Desk(dir, clock, { open });
    desk.begin('005930');
    const closed = desk.capture.close();
    await clock.advance(2_000);
    await expect(closed).resolves.toBeUndefined();
    goOn();
    await desk.capture.close();
  });
});

describe('files that are none', () => {
  it.each([
    ['empty', Buffer.from(''), /not ended in order|empty/],
    ['not compressed', Buffer.from('hello'), /incorrect header check/],
    ['of something else', gzipSync('{"a":1}\n'), /does not begin like a file of captured frames/],
    ['no JSON', gzipSync('price,volume\n1,2\n'), /no JSON/],
    ['of another version', gzipSync('{"v":99,"broker":"kis"}\n'), /does not begin/],
  ])('%s: are named with the reason', async (_what, bytes, why) => {
    await writeFile(join(dir, 'x.ndjson.gz'), bytes);
    const replayed = replay({ dir, speed: 'max' });
    await expect(replayed.ready).rejects.toMatchObject({ code: 'HUB_CAPTURE_UNREADABLE', message: why });
    await expect(told({ dir })).rejects.toMatchObject({ code: 'HUB_CAPTURE_UNREADABLE' });
  });

  it('do not keep the good ones from being told', async () => {
    const clock = fakeClock(morning);
    const desk = new Desk(dir, clock);
    await day(desk, clock);
    await writeFile(join(dir, 'a.ndjson.gz'), 'hello');
    const { events, replayed } = await told({ dir });
    expect(events).toEqual(desk.told);
    expect(replayed.report.flaws).toMatchObject([{ file: join(dir, 'a.ndjson.gz'), kind: 'broken', offset: 0 }]);
  });

  it('end where a line is broken; what stands before it is told', async () => {
    const clock = fakeClock(morning);
    const desk = new Desk(dir, clock);
    await day(desk, clock);
    const [name = ''] = await files();
    const lines = gunzipSync(await readFile(join(dir, name)))
      .toString()
      .split('\n');
    lines[20] = '{"n":"x"}';
    await writeFile(join(dir, name), gzipSync(lines.join('\n')));
    const { events, replayed } = await told({ dir });
    expect(events.length).toBeGreaterThan(5);
    expect(events).toEqual(desk.told.slice(0, events.length));
    expect(replayed.report.flaws).toMatchObject([{ kind: 'broken', why: /none of a capture/ }]);
  });

  it('and a folder that is not there, or has none, are said', async () => {
    await mkdir(join(dir, 'nothing'));
    await appendFile(join(dir, 'nothing', 'readme.txt'), 'x');
    await expect(replay({ dir: join(dir, 'nothing') }).ready).rejects.toMatchObject({ message: /nothing is in/ });
    await expect(replay({ dir: join(dir, 'away') }).ready).rejects.toMatchObject({ message: /ENOENT/ });
    await expect(replay({ files: [join(dir, 'away.ndjson.gz')] }).ready).rejects.toMatchObject({ message: /ENOENT/ });
  });
});

describe('a replay', () => {
  const captured = async (): Promise<Desk> => {
    const clock = fakeClock(morning);
    const desk = new Desk(dir, clock);
    await day(desk, clock);
    return desk;
  };

  it('goes as fast as it is told to', async () => {
    const desk = await captured();
    const clock = fakeClock(0);
    const events: RealtimeEvent[] = [];
    const replayed = replay({ dir, speed: 2 }, (event) => void events.push(event), { clock });
    await replayed.ready;
    await expect.poll(() => clock.pending).toBe(1);
    const at = (ms: number) =>
      desk.told.filter((event) => 'receivedMs' in event && event.receivedMs <= Date.parse(morning) + ms);
    await clock.advance(1_000);
    await expect.poll(() => events.filter((event) => 'receivedMs' in event)).toEqual(at(2_000));
    for (let second = 0; second < 20 && events.length < desk.told.length; second += 1) {
      await clock.advance(1_000);
      await expect.poll(() => clock.pending === 1 || events.length === desk.told.length).toBe(true);
    }
    await replayed.ended;
    expect(events).toEqual(desk.told);
  });

  it('from an instant on begins with what held then', async () => {
    const desk = await captured();
    const [first] = gapsIn(desk.told);
    if (first === undefined) throw new Error('no gap');
    const { events } = await told({ dir, from: first.sinceMs + 700, to: first.sinceMs + 2_100 });
    expect(
      events
        .slice(0, 4)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['gap', 'gap', 'status', 'status']);
    expect(gapsIn(events).filter(({ untilMs }) => untilMs === null)).toHaveLength(2);
    expect(gapsIn(events).filter(({ untilMs }) => untilMs !== null)).toHaveLength(2);
  });

  it('tells the feeds that are asked for', async () => {
    const desk = await captured();
    const { events } = await told({ dir, feeds: [{ broker: 'kis', kind: 'trade', symbol: '000660' }] });
    expect(events).toEqual(desk.told.filter((event) => 'symbol' in event && event.symbol === '000660'));
    expect(events.length).toBeGreaterThan(10);
    expect((await told({ dir, feeds: [{ broker: 'kiwoom', kind: 'trade', symbol: '000660' }] })).events).toEqual([]);
  });

  it('adds the record as it came, if asked for', async () => {
    await captured();
    const { events } = await told({ dir, raw: true });
    const trades = events.filter((event) => event.kind === 'trade');
    expect(trades.length).toBeGreaterThan(20);
    for (const trade of trades) expect(trade).toMatchObject({ raw: new RegExp(`^${trade.symbol}\\^`) });
  });

  it('waits for a consumer that is slow, and ends when it is told to', async () => {
    await captured();
    let seen = 0;
    let most = 0;
    let busy = 0;
    const replayed = replay({ dir, speed: 'max' }, async () => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise<void>((resolve) => setImmediate(resolve));
      busy -= 1;
      seen += 1;
      if (seen === 10) await replayed.close();
    });
    await replayed.ended;
    expect({ seen, most }).toEqual({ seen: 10, most: 1 });
  });

  it('rejects with what its handler throws', async () => {
    await captured();
    const replayed = replay({ dir, speed: 'max' }, () => {
      throw new Error('a bug');
    });
    await expect(replayed.ended).rejects.toThrow('a bug');
  });

  it.each([
    [{}, /neither files nor a dir/],
    [{ dir: 'x', speed: 0 }, /speed/],
    [{ dir: 'x', speed: Number.NaN }, /speed/],
    [{ dir: 'x', feeds: [{ kind: 'trade', symbol: 'SAMSUNG' }] }, /SAMSUNG/],
  ] as const)('of %j is refused before anything is read', (options, message) => {
    expect(() => replay(options as ReplayOptions)).toThrow(
      expect.objectContaining({ code: 'HUB_FEED_INVALID', message: expect.stringMatching(message) as string }),
    );
  });
});
