import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import { kiwoom } from '../../../src/broker/kiwoom/index.js';
import { isHubError } from '../../../src/error/index.js';
import { CodedFault } from '../../../src/request/contract.js';
import { IssueTooSoon } from '../../../src/vault/contract.js';
import { isNightly } from '../../../../../test/support/nightly.js';
import { damage, damaged } from '../../support/damage.js';
import { reads, sampleOf, type ReadCase } from '../../support/reads.js';
import { ok, offlineHub } from '../../support/offline-hub.js';
import { flawsOf } from '../../support/row-flaws.js';
import { sampleText } from '../../support/sample.js';

/** For a longer walk: `FUZZ_SEED=7 FUZZ_RUNS=200000 npx vitest run --project unit packages/client/test/unit/normalise/fuzz`. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_128);
/** For machines that have other things to do. */
const slowestMs = 300_000;
const numRuns = Number(process.env.FUZZ_RUNS ?? (isNightly ? 10_000 : 3_000));

type Outcome = { readonly rows: readonly object[] } | { readonly error: unknown };

/** Reads one sample the way production does; the other answers that the read needs are whole. */
const outcomeOf = async (read: ReadCase, text: string, reply = ok(text)): Promise<Outcome> => {
  const { hub } = offlineHub((endpoint) => (endpoint === read.endpoint ? reply : read.others(endpoint)), read);
  try {
    return { rows: await read.rows(hub) };
  } catch (error) {
    return { error };
  }
};

/** Everything that is wrong with an outcome: it is rows without a flaw, or an error that tells what to do. */
const wrongWith = (read: ReadCase, outcome: Outcome): string[] => {
  if ('rows' in outcome) return outcome.rows.flatMap((row) => flawsOf(row, read));
  const { error } = outcome;
  if (!isHubError(error)) return [String(error instanceof Error ? error.stack : error)];
  const { code, message, remedy } = error.toJSON();
  const told = [code, message, remedy].every((text) => typeof text === 'string' && text !== '');
  return told && code !== 'HUB_UNEXPECTED' ? [] : [`${code}: no remedy`];
};

describe('a sample answer', () => {
  it.each(reads.filter(({ fails }) => !fails))('of $endpoint ($sample) is read whole', async (read) => {
    const outcome = await outcomeOf(read, sampleOf(read));
    expect(outcome).toMatchObject({ rows: expect.any(Array) });
    expect(wrongWith(read, outcome)).toEqual([]);
    if ('rows' in outcome) expect(outcome.rows).toHaveLength(read.count);
  });

  it.each(reads.filter(({ fails }) => fails))(
    'of $endpoint ($sample $item) is an error with a remedy',
    async (read) => {
      const outcome = await outcomeOf(read, sampleOf(read));
      expect(outcome).toMatchObject({ error: { code: expect.stringMatching(/^HUB_/) } });
      expect(wrongWith(read, outcome)).toEqual([]);
    },
  );
});

describe('a damaged token answer', () => {
  it.each([
    ['kis', kis, 'token-ok'],
    ['kis', kis, 'token-egw00133'],
    ['kiwoom', kiwoom, 'kiwoom/au10001'],
    ['kiwoom', kiwoom, 'kiwoom/error-8005'],
  ] as const)(
    'of %s is a token with an end, or an error that the vault knows (%#)',
    (_name, broker, sample) => {
      fc.assert(
        fc.property(damage, (done) => {
          try {
            const { token, expiresAt } = broker.decodeToken(damaged(sampleText(sample), done));
            expect([token === '', Number.isSafeInteger(expiresAt)]).toEqual([false, true]);
          } catch (error) {
            const known = isHubError(error) || error instanceof CodedFault || error instanceof IssueTooSoon;
            expect(known, String(error)).toBe(true);
          }
        }),
        { seed, numRuns: numRuns / 10 },
      );
    },
    slowestMs,
  );
});

describe('damaged answers', () => {
  it(
    `end in rows without a flaw or in a HubError: ${String(numRuns)} of them, seed ${String(seed)}`,
    async () => {
      const outcomes = { rows: 0, error: 0 };
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...reads), damage, async (read, done) => {
          const text = sampleOf(read);
          const outcome = await outcomeOf(read, text, damaged(text, done));
          outcomes['rows' in outcome ? 'rows' : 'error'] += 1;
          const wrong = wrongWith(read, outcome);
          if (wrong.length > 0) throw new Error(`${read.sample}: ${wrong.join('; ')}`);
        }),
        { seed, numRuns },
      );
      // Were all of them refused, or none, the damage would prove nothing.
      expect(Math.min(outcomes.rows, outcomes.error)).toBeGreaterThan(numRuns / 10);
    },
    slowestMs,
  );

  it(
    'of the largest size that the hub reads end so, too',
    async () => {
      for (const read of reads.filter(({ list }) => list !== undefined)) {
        const body = JSON.parse(sampleOf(read)) as Record<string, unknown[]>;
        const rows = body[read.list ?? ''] ?? [];
        const many = Array.from({ length: 20_000 }, (_none, index) => rows[index % rows.length]);
        const outcome = await outcomeOf(read, '', ok({ ...body, [read.list ?? '']: many }));
        expect(wrongWith(read, outcome), read.endpoint).toEqual([]);
      }
    },
    slowestMs,
  );
});
