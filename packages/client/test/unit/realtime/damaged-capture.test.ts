import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { replay } from '../../../src/index.js';
import type { RealtimeEvent } from '../../../src/realtime/contract.js';
import { fakeClock } from '../../../src/testing/index.js';
import { Desk } from '../../support/desk.js';

const gapsIn = (events: readonly RealtimeEvent[]): RealtimeEvent[] => events.filter(({ kind }) => kind === 'gap');

it('a capture with a damaged frame before the first trade has the gap of that when it is told again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'damaged-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const clock = fakeClock('2026-11-06T01:00:00Z');
  const desk = new Desk(dir, clock);
  desk.begin('005930');
  desk.hear('0|H0STCNT0|001|005930^1000');
  await clock.advance(500);
  desk.trade('005930');
  await desk.capture.close();
  const replayed = replay({ speed: 'max', dir });
  const events: RealtimeEvent[] = [];
  for await (const event of replayed) events.push(event);
  expect(gapsIn(events)).toEqual(gapsIn(desk.told));
  expect(gapsIn(events)).toMatchObject([{ cause: 'volume' }]);
  expect(replayed.report).toMatchObject({ bad: 1 });
});
