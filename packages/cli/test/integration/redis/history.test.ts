import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHistory } from '../../../src/redis/history.js';
import { identifySelf } from '@hub/client/process';

let directory: string;
let nowMs = 1_000_000;
beforeEach(() => {
  directory = mkdtempSync('/tmp/hub-history-');
  nowMs = 1_000_000;
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const history = () => openHistory(directory, () => nowMs);
const self = identifySelf();
const dead = { pid: self.pid, startedAt: '1' };

describe('isQuiet', () => {
  it('is true where no pair ever ran', () => {
    expect(history().isQuiet()).toBe(true);
  });

  it('is false while a pair runs and for 80 s after it has stopped', () => {
    const markStopped = history().begin(self);
    nowMs += 500_000;
    expect(history().isQuiet()).toBe(false);
    markStopped();
    nowMs += 79_999;
    expect(history().isQuiet()).toBe(false);
    nowMs += 1;
    expect(history().isQuiet()).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('looks at all pairs, not only at the latest', () => {
    history().begin(self);
    history().begin(dead)();
    nowMs += 80_000;
    expect(history().isQuiet()).toBe(false);
  });

  it('takes a pair that was killed as stopped when that is noticed', () => {
    history().begin(dead);
    nowMs += 500_000;
    expect(history().isQuiet()).toBe(false);
    nowMs += 79_999;
    expect(history().isQuiet()).toBe(false);
    nowMs += 1;
    expect(history().isQuiet()).toBe(true);
  });

  it('survives a mark that was cut in the middle and a clock that was set back', () => {
    writeFileSync(join(directory, 'cut.json'), '{"runn');
    history().begin({ pid: 1, startedAt: '2' })();
    nowMs -= 900_000;
    expect(history().isQuiet()).toBe(false);
    nowMs += 80_000;
    expect(history().isQuiet()).toBe(true);
  });
});
