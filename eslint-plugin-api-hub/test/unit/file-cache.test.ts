import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FileCache } from '../../src/graph/file-cache.js';
import { beginFile, believedForMs } from '../../src/graph/run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-cache-'));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const put = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** So that the stamp of a file is another, however fast the test is. */
const nextRun = (): void => {
  beginFile('again.js');
  beginFile('again.js');
};

it('believes the disk for a run, and for a while', () => {
  const cache = new FileCache(10, (_filename, text) => text);
  const path = put('a', 'one');
  nextRun();
  expect(cache.get(path)).toBe('one');
  put('a', 'three');
  expect(cache.get(path)).toBe('one');
  vi.advanceTimersByTime(believedForMs + 1);
  expect(cache.get(path)).toBe('three');
  put('a', 'four four');
  nextRun();
  expect(cache.get(path)).toBe('four four');
});

it('makes nothing again of a file that has not changed', () => {
  const made: string[] = [];
  const cache = new FileCache(10, (_filename, text) => made.push(text));
  const path = put('a', 'one');
  for (let run = 0; run < 3; run += 1) {
    nextRun();
    cache.get(path);
  }
  expect(made).toEqual(['one']);
});

it('lets go of what nobody has asked for longest', () => {
  const made: string[] = [];
  const cache = new FileCache(2, (_filename, text) => made.push(text));
  const [a, b, c] = ['a', 'b', 'c'].map((name) => put(name, name)) as [string, string, string]; // three names, three paths
  for (const path of [a, b, a, c, a, b]) cache.get(path);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

it('has nothing of a file that is not there, and sees it when it comes', () => {
  const cache = new FileCache(10, (_filename, text) => text);
  expect(cache.get(join(folder, 'a'))).toBeNull();
  expect(cache.get(put('a', 'one'))).toBe('one');
});
