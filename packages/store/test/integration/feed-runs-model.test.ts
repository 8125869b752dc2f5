import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openStore, type FeedBatch } from '../../src/index.js';
import { openMs } from '../support/batch.js';
import { feedBatch, gap, tick } from '../support/feed-batch.js';
import { collect, storeFile } from '../support/store-file.js';

/** One moment of some collectors of one share: the n-th of them does something. */
const moments = fc.array(
  fc.record({
    run: fc.nat(2),
    does: fc.constantFrom('row', 'row', 'row', 'start', 'gap', 'kill'),
    /** How many moments its batch is on the way; batches of a run do not overtake each other, and beginnings are never late. */
    late: fc.constantFrom(0, 0, 0, 3),
  }),
  { minLength: 4, maxLength: 18 },
);

interface Run {
  readonly id: string;
  readonly sinceMs: number;
  throughMs: number;
  openGap: string | undefined;
  readonly waiting: { readonly due: number; readonly batch: FeedBatch }[];
}

it('between the first and the last row of some collectors, what none of them has received is a gap, and nothing else is', async () => {
  await using file = await storeFile();
  await using store = await openStore({ path: file.path });
  let shares = 0;
  await fc.assert(
    fc.asyncProperty(moments, async (steps) => {
      shares += 1;
      const symbol = String(100_000 + shares);
      const running = new Map<number, Run>();
      const runs: Run[] = [];
      const told = new Map<string, [number, number]>();
      let count = 0;
      const batchOf = (run: Run, rows: Parameters<typeof feedBatch>[1], begins = false): FeedBatch => {
        count += 1;
        const begun = begins ? [{ kind: 'trade', symbol, venue: 'KRX', atMs: run.sinceMs } as const] : [];
        return { ...feedBatch(`${run.id}.${String(count)}`, rows), run: { id: run.id, begun } };
      };
      const deliver = async (step: number): Promise<void> => {
        for (const run of runs) {
          while (run.waiting[0] !== undefined && run.waiting[0].due <= step) {
            const [next] = run.waiting.splice(0, 1);
            if (next !== undefined) await store.writeFeed(next.batch);
          }
        }
      };
      for (const [step, { run: number, does, late }] of steps.entries()) {
        const atMs = openMs + 10 * (step + 1);
        const run = running.get(number);
        if (run === undefined) {
          if (does === 'kill') continue;
          const started: Run = {
            ...{ id: `${symbol}-${String(step)}`, sinceMs: atMs, throughMs: atMs, openGap: undefined, waiting: [] },
          };
          runs.push(started);
          running.set(number, started);
          await store.writeFeed(batchOf(started, {}, true));
        } else if (does === 'kill') running.delete(number);
        else if (does === 'gap' && run.openGap === undefined) {
          run.openGap = `${run.id}.gap${String(step)}`;
          const sinceMs = run.throughMs;
          told.set(run.openGap, [sinceMs, Infinity]);
          run.waiting.push({
            due: step + late,
            batch: batchOf(run, { gaps: [gap(run.openGap, null, { symbol, sinceMs })] }),
          });
        } else {
          const rows = { ticks: [tick(step + 1, { symbol, size: 1, receivedMs: atMs })] };
          const [sinceMs = 0] = told.get(run.openGap ?? '') ?? [];
          const ends = run.openGap === undefined ? [] : [gap(run.openGap, atMs, { symbol, sinceMs })];
          if (run.openGap !== undefined) told.set(run.openGap, [sinceMs, atMs]);
          run.openGap = undefined;
          run.throughMs = atMs;
          run.waiting.push({ due: step + late, batch: batchOf(run, { ...rows, gaps: ends }) });
        }
        await deliver(step);
      }
      await deliver(Infinity);

      const rows = await collect(store.gaps({ symbols: [symbol] }));
      const lastMs = Math.max(...runs.map(({ throughMs }) => throughMs));
      const within = (ms: number, since: number, until: number): boolean => ms > since && ms < until;
      for (let ms = openMs + 5; ms < lastMs; ms += 10) {
        const received = runs.some((run) => within(ms, run.sinceMs, run.throughMs));
        const between = rows.some(
          (row) => row.cause === 'not-collected' && within(ms, row.sinceMs, row.untilMs ?? Infinity),
        );
        const broken = rows.some(
          (row) => row.cause !== 'not-collected' && within(ms, row.sinceMs, row.untilMs ?? Infinity),
        );
        const before = ms < Math.min(...runs.map(({ sinceMs }) => sinceMs));
        const where = `${String((ms - openMs) / 10)} of ${JSON.stringify(steps)}`;
        if (before) expect(between || broken, where).toBe(false);
        else expect(received || between || broken, where).toBe(true);
        // What a run has received, but for the gaps that it told, is no gap between runs.
        if (received) expect(between, where).toBe(false);
      }
    }),
    { numRuns: 8 },
  );
}, 60_000);
