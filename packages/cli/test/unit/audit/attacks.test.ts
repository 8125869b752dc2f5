import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { codeTokens } from '../../../src/audit/code-lexer.js';
import { python, shell } from '../../../src/audit/language.js';
import { wordTokens } from '../../../src/audit/word-lexer.js';
import { auditFolder, shortly } from '../../support/audit-folder.js';

const call = 'requests.get("https://api.kiwoom.com/api/dostk/chart")\n';
const git = (root: string, ...words: string[]): void => {
  execFileSync('git', ['-c', 'init.defaultBranch=main', ...words], { cwd: root, stdio: 'ignore' });
};

describe('which files', () => {
  it('none in an empty folder', async () => {
    await using folder = await auditFolder({});
    expect(await folder.audit()).toEqual({ findings: [], files: 0, scripts: 0, excepted: 0, unread: [] });
  });

  it('those that git does not ignore, also new ones, and none that are gone', async () => {
    await using folder = await auditFolder({
      ...{ '.gitignore': 'venv/\n*.local.py\n', 'a.py': call, 'gone.py': call, 'b.local.py': call },
      ...{ 'venv/lib/x.py': call, 'new.py': call },
    });
    git(folder.root, 'init');
    git(folder.root, 'add', 'a.py', 'gone.py');
    rmSync(join(folder.root, 'gone.py'));
    expect(shortly(await folder.audit())).toEqual(['direct-call a.py:1', 'direct-call new.py:1']);
    expect(shortly(await folder.audit({ paths: ['venv'] }))).toEqual(['direct-call venv/lib/x.py:1']);
    expect(shortly(await folder.audit({ paths: ['b.local.py', 'a.py', 'a.py'] }))).toEqual([
      'direct-call a.py:1',
      'direct-call b.local.py:1',
    ]);
  });

  it('without git all but caches and installed packages', async () => {
    await using folder = await auditFolder({
      ...{
        'a.py': call,
        'node_modules/x/a.py': call,
        '.venv/a.py': call,
        '.github/a.sh': 'curl https://api.kiwoom.com/x\n',
      },
    });
    expect(shortly(await folder.audit())).toEqual(['direct-call .github/a.sh:1', 'direct-call a.py:1']);
  });

  it('of any name: Korean, with blanks, with a line break', async () => {
    await using folder = await auditFolder({ '시세 조회.py': call, 'a\nb.py': call });
    git(folder.root, 'init');
    expect(shortly(await folder.audit())).toEqual(['direct-call a\nb.py:1', 'direct-call 시세 조회.py:1']);
  });

  it('those of a repository within, and no link twice or round and round', async () => {
    await using folder = await auditFolder({ 'inner/a.py': call, 'b.py': call });
    git(folder.root, 'init');
    git(join(folder.root, 'inner'), 'init');
    symlinkSync('.', join(folder.root, 'loop'));
    symlinkSync('b.py', join(folder.root, 'c.py'));
    expect(shortly(await folder.audit())).toEqual(['direct-call b.py:1', 'direct-call inner/a.py:1']);
  });

  it('those of a module of git, and what a named link leads to', async () => {
    await using folder = await auditFolder({ 'module/a.py': call, 'b.py': call });
    const module = join(folder.root, 'module');
    git(folder.root, 'init');
    git(module, 'init');
    git(module, 'add', '.');
    git(module, '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-m', 'a');
    git(folder.root, 'add', 'module');
    symlinkSync('b.py', join(folder.root, 'link.py'));
    expect(shortly(await folder.audit())).toEqual(['direct-call b.py:1', 'direct-call module/a.py:1']);
    expect(shortly(await folder.audit({ paths: ['link.py'] }))).toEqual(['direct-call b.py:1']);
  });

  it('says which it could not look at', async () => {
    await using folder = await auditFolder({
      ...{ 'big.json': `"${'x'.repeat(2 << 20)}"`, 'broken.ipynb': '{"cells": [ import kis', 'no.py': call },
    });
    chmodSync(join(folder.root, 'no.py'), 0);
    const { unread } = await folder.audit();
    // Whoever is root may read everything.
    expect(unread.filter(({ path }) => path !== 'no.py')).toEqual([
      { path: 'big.json', why: 'is larger than what people write' },
      { path: 'broken.ipynb', why: 'is no notebook: its JSON is broken' },
    ]);
  });

  it('one that is a folder, a device or a link to nowhere is none', async () => {
    await using folder = await auditFolder({ 'a.py': call });
    mkdirSync(join(folder.root, 'b.py'));
    symlinkSync('nowhere', join(folder.root, 'c.py'));
    expect(shortly(await folder.audit())).toEqual(['direct-call a.py:1']);
  });

  it('a thousand', async () => {
    await using folder = await auditFolder({ 'last.py': call });
    for (let index = 0; index < 1_000; index += 1) writeFileSync(join(folder.root, `f${String(index)}.py`), 'x = 1\n');
    const result = await folder.audit();
    expect([shortly(result), result.files]).toEqual([['direct-call last.py:1'], 1_001]);
  });

  it('ends between two files when it is told to', async () => {
    await using folder = await auditFolder({ 'a.py': call });
    const reason = new Error('enough');
    await expect(folder.audit({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('what is in them', () => {
  it('may be binary, UTF-16, CP949, with a mark of its order', async () => {
    const name = Buffer.from([0xc1, 0xd6, 0xbc, 0xd2]); // 주소, "address"
    const cp949 = Buffer.concat([
      name,
      Buffer.from(' = "https://api.kiwoom.com"\nrequests.get('),
      name,
      Buffer.from(')\n'),
    ]);
    await using folder = await auditFolder({
      'binary.py': Buffer.concat([Buffer.from(call), Buffer.from([0, 1, 2])]),
      'utf16.py': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(call, 'utf16le')]),
      'cp949.py': cp949,
      'mark.py': `\uFEFF${call}`,
    });
    expect(shortly(await folder.audit())).toEqual([
      'broker-address cp949.py:1',
      'direct-call cp949.py:2',
      'direct-call mark.py:1',
      'direct-call utf16.py:1',
    ]);
  });

  it('may have the line breaks of Windows', async () => {
    await using folder = await auditFolder({
      'a.py': `x = 1\r\n${call.trim()}\r\n`,
      'a.sh': 'A=1\r\ncurl \\\r\n https://api.kiwoom.com/x\r\n',
    });
    expect(shortly(await folder.audit())).toEqual(['direct-call a.py:2', 'direct-call a.sh:3']);
  });

  it('an exception holds with the line breaks of Windows as well', async () => {
    const line = `${call.trim()}  # hub-audit-ignore until 2026-12-31: the old importer goes`;
    await using folder = await auditFolder({ 'a.py': `x = 1\r\n${line}\r\n` });
    expect(await folder.audit()).toMatchObject({ findings: [], excepted: 1 });
  });

  it('a key in an address is told to nobody either', async () => {
    const key = 'PSabc123'.repeat(5);
    await using folder = await auditFolder({ 'a.py': `requests.get("https://api.kiwoom.com/${key}/x")\n` });
    const result = await folder.audit();
    expect(shortly(result)).toEqual(['direct-call a.py:1']);
    expect(JSON.stringify(result)).not.toContain(key);
  });

  it('a key is told to nobody', async () => {
    const key = 'PSabc123'.repeat(5);
    await using folder = await auditFolder({
      '.env': `KIS_APP_KEY=${key}\n`,
      'a.sh': `curl -H "appkey: ${key}" https://api.kiwoom.com/x\n`,
    });
    const result = await folder.audit();
    expect(result.findings).toHaveLength(3);
    expect(JSON.stringify(result)).not.toContain(key);
  });

  it('names that stand for each other, or for themselves, end', async () => {
    await using folder = await auditFolder({
      'a.py': 'from b import *\nA = A + B\nB = A + "https://api.kiwoom.com"\nrequests.get(A)\n',
      'b.py': 'from a import *\nimport a\nC = a.A + "kis"\n',
    });
    expect(shortly(await folder.audit()).length).toBeGreaterThan(0);
  });

  it.each([
    ['quotes', '"', 'python'],
    ['mixed quotes', `"'`, 'python'],
    ['triple quotes', '"""x', 'python'],
    ['backslashes', '"\\', 'python'],
    ['brackets', '([{', 'python'],
    ['holes', 'f"{a', 'python'],
    ['names', 'a.b.', 'python'],
    ['calls', 'f(', 'python'],
    ['dollars', '${a', 'shell'],
    ['words', 'a=b: ', 'shell'],
    ['quotes of a shell', `'"`, 'shell'],
  ] as const)('half a megabyte of %s is read once', (_name, piece, which) => {
    const source = piece.repeat(Math.ceil(500_000 / piece.length));
    const language = which === 'python' ? python : shell;
    const tokens = language === python ? codeTokens(source, language) : wordTokens(source, language);
    expect(tokens.at(-1)).toEqual({ kind: 'end', offset: source.length });
    expect(tokens.length).toBeLessThanOrEqual(source.length + 1);
  });

  // Quadratic, each of them takes 5 to 60 s of CPU at this size, and minutes at the megabyte that a file may have.
  it.each([
    ['blanks', 'setup.cfg', ' '.repeat(240_000)],
    ['a template that is never closed', 'a.yaml', `a: "{{${'a'.repeat(240_000)}"`],
    ['a variable that is never closed', '.env', `A="\${${'a'.repeat(240_000)}"`],
    ['dependencies without an end', 'pom.xml', '<dependency>'.repeat(30_000)],
    ['a list in one line', 'pyproject.toml', `a = [${'"a",'.repeat(90_000)}]`],
    ['brackets in brackets', 'a.json', '["a.",'.repeat(40_000)],
    [
      'cells',
      'a.ipynb',
      `{"cells":[${Array.from({ length: 12_000 }, (_each, index) => `{"cell_type":"code","source":"kiwoom${index} = '/b'"}`).join()}]}`,
    ],
  ])('%s in %s cost no more than their size', async (_name, path, source) => {
    await using folder = await auditFolder({ [path]: path.endsWith('.ipynb') ? source : `${source}\n# kiwoom` });
    const before = process.cpuUsage();
    await folder.audit();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(4);
  });

  it('a line of a megabyte is looked at like any other', async () => {
    const line = `{ "a": [${'"x",'.repeat(200_000)} "https://api.kiwoom.com/x"] }`;
    await using folder = await auditFolder({ 'a.json': line });
    const { findings } = await folder.audit();
    expect(findings).toMatchObject([{ rule: 'broker-address', line: 1 }]);
    expect(findings[0]?.text.length).toBeLessThan(500);
  });
});

it('hosts of the user’s own count as well', async () => {
  await using folder = await auditFolder({ 'a.py': 'requests.get("https://kis-proxy.example.com/x")\n' });
  expect(shortly(await folder.audit())).toEqual([]);
  expect(shortly(await folder.audit({ extraHosts: ['kis-proxy.example.com'] }))).toEqual(['direct-call a.py:1']);
});
