import { existsSync } from 'node:fs';

import { verifyStore } from '@hub/store';

import { wrongUsage } from '../error/index.js';
import type { Context } from './context.js';

/** Flags of `hub verify`, as typed. */
export interface VerifyFlags {
  readonly db: string;
  readonly day?: string;
}

/** `hub verify`: whether what a file holds can be right. Resolves with the exit code: 1 when there are findings. */
export const verify = async ({ screen }: Context, { db, day }: VerifyFlags): Promise<number> => {
  if (!existsSync(db)) throw wrongUsage(`--db ${db}: no such file`, '`hub verify --help` explains every option.');
  const days = day?.split(',').map((each) => each.trim());
  const { path, checks, findings, total } = await verifyStore({ path: db, ...(days === undefined ? {} : { days }) });
  for (const finding of findings) {
    screen.emit({ finding });
    if (screen.json) continue;
    screen.say(`${finding.code}  ${finding.table}  ${finding.place}: ${finding.what}`);
  }
  screen.emit({ ok: total === 0, path, checks, findings: total });
  if (screen.json) return total === 0 ? 0 : 1;
  const remedies = new Map(findings.map(({ code, remedy }) => [code, remedy]));
  for (const [code, remedy] of remedies) screen.say(`→ ${code}: ${remedy}`);
  if (total > findings.length) screen.say(`${(total - findings.length).toLocaleString('en')} more are not listed`);
  screen.say(
    total === 0 ? `${path}: ${checks} checks, nothing found` : `${path}: ${total.toLocaleString('en')} findings`,
  );
  return total === 0 ? 0 : 1;
};
