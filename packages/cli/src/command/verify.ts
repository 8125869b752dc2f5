import { existsSync } from 'node:fs';

import { normaliserVersion } from '@hub/client';
import { verifyStore, type RawCheck, type RawChecked } from '@hub/store';
import { renormalise } from '@hub/worker';

import { wrongUsage } from '../error/index.js';
import type { Context } from './context.js';

/** Flags of `hub verify`, as typed. */
export interface VerifyFlags {
  readonly db: string;
  readonly day?: string;
  /** The folder of raw answers; false: --no-raw. */
  readonly raw?: string | boolean;
}

/** `hub verify`: whether what a file holds can be right. Resolves with the exit code: 1 when there are findings. */
export const verify = async ({ screen }: Context, { db, day, raw: from }: VerifyFlags): Promise<number> => {
  if (!existsSync(db)) throw wrongUsage(`--db ${db}: no such file`, '`hub verify --help` explains every option.');
  const days = day?.split(',').map((each) => each.trim());
  if (typeof from === 'string' && !existsSync(from)) {
    throw wrongUsage(`--raw ${from}: no such folder`, '`hub verify --help` explains every option.');
  }
  const { path, checks, findings, total, raw } = await verifyStore({
    path: db,
    ...(days === undefined ? {} : { days }),
    ...(from === false ? {} : { raw: rawCheck(from) }),
  });
  for (const finding of findings) {
    screen.emit({ finding });
    if (screen.json) continue;
    screen.say(`${finding.code}  ${finding.table}  ${finding.place}: ${finding.what}`);
  }
  screen.emit({ ok: total === 0, path, checks, findings: total, ...(raw === undefined ? {} : { raw }) });
  if (screen.json) return total === 0 ? 0 : 1;
  const remedies = new Map(findings.map(({ code, remedy }) => [code, remedy]));
  for (const [code, remedy] of remedies) screen.say(`→ ${code}: ${remedy}`);
  if (total > findings.length) screen.say(`${(total - findings.length).toLocaleString('en')} more are not listed`);
  if (raw !== undefined) screen.say(rawLine(raw));
  screen.say(
    total === 0 ? `${path}: ${checks} checks, nothing found` : `${path}: ${total.toLocaleString('en')} findings`,
  );
  return total === 0 ? 0 : 1;
};

const rawCheck = (dir: string | true | undefined): RawCheck => ({
  normalise: renormalise,
  normaliserVersion,
  ...(typeof dir === 'string' ? { dir } : {}),
});

const inWords = (count: number): string => count.toLocaleString('en');

const rawLine = ({ batches, rows, rowsWithout }: RawChecked): string =>
  `raw answers: ${inWords(rows)} bars of ${inWords(batches)} batches read again; of ${inWords(rowsWithout)} bars none are kept`;
