import { exceptionEnd, longestDays, shortestReason, withoutEnd } from 'eslint-plugin-api-hub/evidence';

/** As the linter's `no-disable-hub-rules`: an exception has a reason, and an end that is not far. */
const marked = /hub-audit-ignore\b(.*)$/;

/** What a comment says of the line that it stands on, or of the next one. */
export type Exception = { readonly kind: 'holds' } | { readonly kind: 'void'; readonly why: string };

const wanted = '`hub-audit-ignore until <YYYY-MM-DD>: <reason>`';

const flaws = {
  noDay: (date: string) => `its exception ends on no day: ${date}`,
  expired: (date: string) => `its exception ended on ${date}`,
  far: (date: string) => `its exception ends on ${date}, more than ${String(longestDays)} days away`,
} as const;

/** `at`: UTC epoch ms. */
export const exceptionIn = (line: string, at: number): Exception | null => {
  const [, rest] = marked.exec(line) ?? [];
  if (rest === undefined) return null;
  const end = exceptionEnd(rest, at);
  if (end === null) return { kind: 'void', why: `its exception has no end: ${wanted}` };
  if (end.flaw !== null) return { kind: 'void', why: flaws[end.flaw](end.date) };
  const reason = withoutEnd(rest).replace(/[\s:*/#>-]/g, '');
  return reason.length < shortestReason
    ? { kind: 'void', why: `its exception has no reason: ${wanted}` }
    : { kind: 'holds' };
};
