/** As the linter's `no-disable-hub-rules`: an exception has a reason, and an end that is not far. */
const marked = /hub-audit-ignore\b(.*)$/;
const until = /\buntil\s+(\d{4}-\d{2}-\d{2})\b/;
const shortestReason = 10;
const dayMs = 86_400_000;
const longestDays = 90;

/** What a comment says of the line that it stands on, or of the next one. */
export type Exception = { readonly kind: 'holds' } | { readonly kind: 'void'; readonly why: string };

/** `at`: UTC epoch ms. The date ends with its day in Korea. */
export const exceptionIn = (line: string, at: number): Exception | null => {
  const [, rest] = marked.exec(line) ?? [];
  if (rest === undefined) return null;
  const [, date] = until.exec(rest) ?? [];
  const wanted = '`hub-audit-ignore until <YYYY-MM-DD>: <reason>`';
  if (date === undefined) return { kind: 'void', why: `its exception has no end: ${wanted}` };
  const end = Date.parse(`${date}T24:00:00+09:00`);
  if (Number.isNaN(end)) return { kind: 'void', why: `its exception ends on no day: ${date}` };
  if (end <= at) return { kind: 'void', why: `its exception ended on ${date}` };
  if (end > at + (longestDays + 1) * dayMs) {
    return { kind: 'void', why: `its exception ends on ${date}, more than ${String(longestDays)} days away` };
  }
  const reason = rest.replace(until, '').replace(/[\s:*/#>-]/g, '');
  return reason.length < shortestReason
    ? { kind: 'void', why: `its exception has no reason: ${wanted}` }
    : { kind: 'holds' };
};
