import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { compare, knownFindings, readBaseline, writeBaseline } from '../../../src/audit/baseline.js';
import type { AuditFinding } from '../../../src/audit/finding.js';

const finding = (text: string, line = 1, path = 'a.py'): AuditFinding => ({
  ...{ rule: 'direct-call', path, line, column: 1, message: 'm', remedy: 'r', text },
});

describe('a baseline', () => {
  it('knows a finding by its line, wherever that has gone', () => {
    const baseline = knownFindings([finding('get( x )', 3)]);
    expect(compare([finding('get(  x )', 90)], baseline)).toMatchObject({ fresh: [], known: 1, gone: 0 });
    expect(compare([finding('get( y )', 3)], baseline).fresh).toHaveLength(1);
    expect(compare([finding('get( x )', 3, 'b.py')], baseline).fresh).toHaveLength(1);
  });

  it('counts those that are alike', () => {
    const baseline = knownFindings([finding('x', 1), finding('x', 2)]);
    expect(baseline).toMatchObject([{ count: 2 }]);
    const three = compare([finding('x', 1), finding('x', 2), finding('x', 3)], baseline);
    expect(three.fresh).toEqual([finding('x', 3)]);
    const one = compare([finding('x', 7)], baseline);
    expect(one).toMatchObject({ fresh: [], known: 1, gone: 1, left: [{ count: 1 }] });
  });

  it('never grows by what is left of it', () => {
    const baseline = knownFindings([finding('x'), finding('y')]);
    const { left, gone } = compare([finding('y'), finding('z')], baseline);
    expect(left).toEqual(knownFindings([finding('y')]));
    expect(gone).toBe(1);
  });
});

describe('its file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hub-baseline-'));
    path = join(folder, '.hub-audit.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is none at first, and comes back as it was written', async () => {
    expect(await readBaseline(path)).toBeNull();
    const known = knownFindings([finding('x'), finding('y', 2, 'ㄱ.py')]);
    await writeBaseline(path, known);
    expect(await readBaseline(path)).toEqual(known);
  });

  it('is written whole or not at all, also by two at once', async () => {
    const many = knownFindings(Array.from({ length: 500 }, (_each, index) => finding(`x${String(index)}`)));
    await Promise.all([writeBaseline(path, many), writeBaseline(path, [])].map((work) => work.catch(() => undefined)));
    expect([0, 500]).toContain((await readBaseline(path))?.length);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await mkdir(join(folder, 'folder'));
    await expect(writeBaseline(join(folder, 'folder'), many)).rejects.toThrow();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['', 'it is no JSON'],
    ['{"findings": [', 'it is no JSON'],
    ['null', 'it has no version 1'],
    ['[]', 'it has no version 1'],
    ['{"version": 2, "findings": []}', 'it has no version 1'],
    ['{"version": 1, "findings": [{"path": "a"}]}', 'finding 1 lacks'],
    ['{"version": 1, "findings": [{"path":"a","rule":"odd","hash":"x","count":1}]}', 'finding 1 lacks'],
    ['{"version": 1, "findings": [{"path":"a","rule":"direct-call","hash":"x","count":0.5}]}', 'finding 1 lacks'],
  ])('that says %j is refused', async (text, problem) => {
    await writeFile(path, text);
    await expect(readBaseline(path)).rejects.toMatchObject({
      code: 'HUB_BASELINE_INVALID',
      message: expect.stringContaining(problem) as string,
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
