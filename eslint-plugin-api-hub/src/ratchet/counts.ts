/** Reports by rule, in one file. */
export type FileCounts = Readonly<Record<string, number>>;

/** The same by file, with paths from the folder of the ratchet file. */
export type Counts = Readonly<Record<string, FileCounts>>;

/** What ESLint says of one file; its JSON formatter writes these. */
export interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly fatal?: boolean | undefined }[];
}

/** Sorted, so that two runs write the same file. */
export const countsOf = (results: readonly LintResult[], pathOf: (filePath: string) => string): Counts => {
  const files = results.map(({ filePath, messages }) => {
    const rules = messages.flatMap(({ ruleId }) => (ruleId?.startsWith('api-hub/') === true ? [ruleId] : [])).sort();
    const counts: Record<string, number> = {};
    for (const rule of rules) counts[rule] = (counts[rule] ?? 0) + 1;
    return [pathOf(filePath), counts] as const;
  });
  const reported = files.filter(([, counts]) => Object.keys(counts).length > 0);
  return Object.fromEntries(reported.sort(([one], [other]) => (one < other ? -1 : 1)));
};

export const totalOf = (counts: Counts): number =>
  Object.values(counts)
    .flatMap((each) => Object.values(each))
    .reduce((sum, one) => sum + one, 0);

/** Throws what is wrong with a ratchet file, in words. */
export const parseCounts = (text: string): Counts => {
  const given: unknown = JSON.parse(text);
  if (!isRecord(given)) throw new Error('it is no object of files');
  for (const [file, rules] of Object.entries(given)) {
    if (!isRecord(rules)) throw new Error(`${file} is no object of rules`);
    for (const [rule, count] of Object.entries(rules)) {
      if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
        throw new Error(`${file}: ${rule} is no count`);
      }
    }
  }
  return given as Counts; // checked above
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
