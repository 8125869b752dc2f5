import fc from 'fast-check';

/** For a longer walk: `FUZZ_RUNS=200000 npx vitest run --project unit packages/client/test/unit/broker`. */
export const numRuns = Number(process.env.FUZZ_RUNS ?? 2_000);

/** For machines that have other things to do. */
export const slowestMs = 300_000;

interface Change {
  readonly from: number;
  readonly length: number;
  readonly put: string;
}

const changed = (text: string, { from, length, put }: Change): string => {
  const at = from % (text.length + 1);
  return text.slice(0, at) + put + text.slice(at + length);
};

/** Any text at all; or one of these that was cut, or in which something was replaced, left out or put in. */
export const brokenText = (whole: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> => {
  const change = fc.record({
    from: fc.nat({ max: 5_000 }),
    length: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 400 })),
    put: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 6 })),
  });
  const text = fc.constantFrom(...whole);
  return fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
    { weight: 2, arbitrary: fc.tuple(text, fc.nat({ max: 3_000 })).map(([each, end]) => each.slice(0, end)) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(text, fc.array(change, { minLength: 1, maxLength: 4 }))
        .map(([each, changes]) => changes.reduce(changed, each)),
    },
  );
};
