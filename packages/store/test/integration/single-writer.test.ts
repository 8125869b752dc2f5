import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open, stat, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/index.js';
import { bar, batchOf } from '../support/batch.js';
import { startChild, storeFile } from '../support/store-file.js';

const noteOf = (path: string): string => `${path}.writer.json`;

describe('one writer', () => {
  it('is refused while another process has the file, and told which one', async () => {
    await using file = await storeFile();
    await using holder = startChild('hold', file.path);
    await holder.lines.next();
    const { pid } = holder.process;
    expect(JSON.parse(readFileSync(noteOf(file.path), 'utf8'))).toMatchObject({ pid, program: 'hold.mjs' });
    await expect(openStore({ path: file.path })).rejects.toMatchObject({
      code: 'HUB_STORE_LOCKED',
      holderPid: pid,
      holderProgram: expect.stringContaining('node'),
      remedy: `Stop pid ${String(pid)}, or let \`hub serve\` own the file and publish to it.`,
    });
    expect(JSON.parse(readFileSync(noteOf(file.path), 'utf8'))).toMatchObject({ pid });
  });

  it('gets the file after the holder was killed, and ignores the note that it left', async () => {
    await using file = await storeFile();
    {
      await using holder = startChild('hold', file.path);
      await holder.lines.next();
    }
    expect(existsSync(noteOf(file.path))).toBe(true);
    await using store = await openStore({ path: file.path });
    expect(JSON.parse(readFileSync(noteOf(store.path), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('is one within a process too, also under another name of the file and when both open at once', async () => {
    await using file = await storeFile();
    const locked = { code: 'HUB_STORE_LOCKED', holderPid: process.pid };
    const both = await Promise.allSettled([openStore({ path: file.path }), openStore({ path: file.path })]);
    const opened = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(opened).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: locked });
    await symlink(file.path, `${file.path}.link`);
    await expect(openStore({ path: `${file.path}.link` })).rejects.toMatchObject(locked);
    await opened[0]?.write(batchOf('a', [bar(0)])); // the refused openings took nothing from the first
    await opened[0]?.close();
    await using store = await openStore({ path: `${file.path}.link` });
    expect(await store.summary()).toMatchObject({ candles: 1 });
  });

  it('leaves a file that another process can open, also when an answer was only half read', async () => {
    await using file = await storeFile();
    const store = await openStore({ path: file.path });
    await store.write(
      batchOf(
        'a',
        Array.from({ length: 5_000 }, (_, minute) => bar(minute)),
      ),
    );
    const answer = store.candles({ interval: '1m' })[Symbol.asyncIterator]();
    expect((await answer.next()).value).toMatchObject({ symbol: '005930' });
    await store.close();
    expect(existsSync(noteOf(file.path))).toBe(false);
    await using reader = startChild('open', file.path);
    expect((await reader.lines.next()).value).toMatchObject({ candles: 5_000, batches: 1, symbols: 1 });
    await reader.exited;
  });

  it('refuses calls after close, which is safe to call twice and waits for accepted writes', async () => {
    await using file = await storeFile();
    const store = await openStore({ path: file.path });
    const accepted = store.write(batchOf('a', [bar(0)]));
    const closing = Promise.all([store.close(), store.close()]);
    const closed = { code: 'HUB_STORE_CLOSED' };
    await expect(store.write(batchOf('b', [bar(1)]))).rejects.toMatchObject(closed);
    await expect(accepted).resolves.toMatchObject({ inserted: 1 });
    await closing;
    await expect(store.summary()).rejects.toMatchObject(closed);
    await using again = await openStore({ path: file.path });
    expect(await again.summary()).toMatchObject({ batches: 1 });
  });

  it.each([
    ['of another kind', 'not a database'],
    ['in a folder that is not there', undefined],
  ])('is told when the file is %s', async (_, content) => {
    await using file = await storeFile();
    const path = content === undefined ? `${file.path}/missing/market.duckdb` : file.path;
    if (content !== undefined) writeFileSync(path, content);
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'HUB_STORE_UNREADABLE' });
    expect(existsSync(noteOf(path))).toBe(false);
    if (content !== undefined) expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it.each([0, 4_096, 12_288, 0.5])('is told when the file is damaged from %d on', async (from) => {
    await using file = await storeFile();
    const store = await openStore({ path: file.path });
    await store.write(
      batchOf(
        'a',
        Array.from({ length: 50_000 }, (_, minute) => bar(minute)),
      ),
    );
    await store.close();
    const { size } = await stat(file.path);
    const start = from < 1 ? Math.floor(size * from) : from;
    const handle = await open(file.path, 'r+');
    await handle.write(Buffer.alloc(size - start, 'damage'), 0, size - start, start);
    await handle.close();
    await expect(openStore({ path: file.path })).rejects.toMatchObject({ code: 'HUB_STORE_UNREADABLE' });
    expect(existsSync(noteOf(file.path))).toBe(false);
  });
});
