/** Which ring stops a trick; what neither of the first two does is left to the keys. */
export interface Verdict {
  readonly group: string;
  readonly title: string;
  readonly linter: boolean;
  readonly guard: boolean;
}

const begin = '<!-- begin: npm run check:evasion -- --write -->';
const end = '<!-- end -->';

const mark = (stops: boolean): string => (stops ? '✓' : '');

/** The table of the guide, a row for every trick. */
export const tableOf = (verdicts: readonly Verdict[]): string => {
  const rows = verdicts.map(
    ({ group, title, linter, guard }) =>
      `| ${group} | ${title} | ${mark(linter)} | ${mark(guard)} | ${mark(!linter && !guard)} |`,
  );
  const count = (is: (each: Verdict) => boolean): string => String(verdicts.filter(is).length);
  return [
    begin,
    '',
    `${String(verdicts.length)} tricks: the linter stops ${count(({ linter }) => linter)}, the guard ${count(({ guard }) => guard)};`,
    `${count(({ linter, guard }) => !linter && !guard)} are left to the keys.`,
    '',
    '| where | trick | linter | guard | only the keys |',
    '| ----- | ----- | ------ | ----- | ------------- |',
    ...rows,
    '',
    end,
  ].join('\n');
};

/** The page with this table between the marks; throws where they are not. */
export const withTable = (page: string, table: string): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no "${begin}" … "${end}"`);
  return page.slice(0, from) + table + page.slice(to + end.length);
};
