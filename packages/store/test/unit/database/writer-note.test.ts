import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim, isOpenHere, livingWriter, notePath, unclaim } from '../../../src/database/writer-note.js';

describe("the writer's note", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'writer-note-'));
    path = join(folder, 'market.duckdb');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const leave = (note: object) => writeFileSync(notePath(path), JSON.stringify(note));
  const read = (): unknown => JSON.parse(readFileSync(notePath(path), 'utf8'));

  it('says who writes, and refuses a second claim of this process until it is taken back', () => {
    expect(claim(path, Date.UTC(2026, 10, 2))).toBe(true);
    expect(read()).toMatchObject({ pid: process.pid, host: hostname(), startedAt: '2026-11-02T00:00:00.000Z' });
    expect(claim(path, 0)).toBe(false);
    unclaim(path);
    expect(isOpenHere(path)).toBe(false);
    expect(claim(path, 0)).toBe(true);
  });

  it('is stale when an earlier process had our id, as in a container that was started again', () => {
    leave({ pid: process.pid, host: hostname(), startedAt: '', program: 'hub', processBornMs: 0 });
    expect(isOpenHere(path)).toBe(false);
    expect(livingWriter(path)).toBeUndefined();
    expect(claim(path, 0)).toBe(true);
  });

  it('is ignored when its process is gone, or when a crash cut it off', () => {
    leave({ pid: 2 ** 22 + 1, host: hostname(), startedAt: '', program: 'hub', processBornMs: 0 });
    expect(livingWriter(path)).toBeUndefined();
    writeFileSync(notePath(path), '{"pid": 1');
    expect(livingWriter(path)).toBeUndefined();
    expect(claim(path, 0)).toBe(true);
  });

  it('of another machine is believed: its processes cannot be asked', () => {
    leave({ pid: 7, host: `not-${hostname()}`, startedAt: '', program: 'hub', processBornMs: 0 });
    expect(livingWriter(path)).toMatchObject({ pid: 7, program: 'hub' });
  });
});
