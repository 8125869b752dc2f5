import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { replay, type HubOptions } from '../../src/index.js';
import type { RealtimeEvent } from '../../src/realtime/contract.js';
import { openLiveStage } from '../support/live.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'capture-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const captured = (): HubOptions => ({ realtime: { captureDir: dir } });

const again = async (feeds?: Parameters<typeof replay>[0]['feeds']): Promise<RealtimeEvent[]> => {
  const events: RealtimeEvent[] = [];
  for await (const event of replay({ dir, speed: 'max', ...(feeds && { feeds }) })) events.push(event);
  return events;
};

const ofKind = (events: readonly RealtimeEvent[], ...kinds: RealtimeEvent['kind'][]): RealtimeEvent[] =>
  events.filter(({ kind }) => kinds.includes(kind));

it('tells again what was told live: trades, books, states, and the gap of a socket that broke', async () => {
  const live: RealtimeEvent[] = [];
  {
    await using stage = await openLiveStage();
    const hub = stage.hub(captured());
    const subscription = await hub.realtime.subscribe([
      { kind: 'trade', symbol: '005930' },
      { kind: 'book', symbol: '005930' },
    ]);
    await subscription.ready;
    let broken = false;
    let closedGaps = 0;
    let after = 0;
    for await (const event of subscription) {
      live.push(event);
      if (!broken && ofKind(live, 'trade').length === 20) {
        broken = true;
        stage.sim.live.disconnect({ how: 'reset' });
      }
      if (event.kind === 'gap' && event.untilMs !== null) closedGaps += 1;
      if (closedGaps >= 2) after += 1;
      if (after === 40) break;
    }
    await hub.close();
  }
  const told = await again();
  for (const kind of ['trade', 'book', 'gap'] as const) {
    const [was, is] = [ofKind(live, kind), ofKind(told, kind)];
    expect(was.length).toBeGreaterThan(0);
    // The session went on for a moment after the last event that was looked at.
    expect(is.slice(0, was.length)).toEqual(was);
  }
  expect(ofKind(told, 'status').length).toBeGreaterThanOrEqual(6);
  expect(ofKind(await again([{ kind: 'book', symbol: '005930' }]), 'trade')).toEqual([]);
});

it('writes a file for its owner alone, with no key, no token and no account number', async () => {
  {
    await using stage = await openLiveStage();
    const hub = stage.hub(captured());
    const subscription = await hub.realtime.subscribe([
      { kind: 'trade', symbol: '005930' },
      { kind: 'notice', symbol: 'simhts01' },
    ]);
    await subscription.ready;
    await hub.close();
  }
  const [name = ''] = await readdir(dir);
  expect(name).toMatch(/^kis-real-[\da-f]{12}-\d{8}T\d{6}Z-\d+\.ndjson\.gz$/);
  expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  const text = gunzipSync(await readFile(join(dir, name))).toString('utf8');
  expect(text).toContain('"closed"');
  expect(text).toContain('H0STCNI0');
  expect(text).not.toMatch(/approval_key|\\"(?:iv|key)\\":\s*\\"(?!\*\*\*)/);
});
