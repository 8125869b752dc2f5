import { existsSync } from 'node:fs';

import { compactStore } from '@hub/store';

import { wrongUsage } from '../error/index.js';
import type { Context } from './context.js';
import { checkedRawKeepDays } from './raw-keeping.js';

/** Flags of `hub compact`, as typed. */
export interface CompactFlags {
  readonly db: string;
}

const inMb = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

/** `hub compact`: makes a file smaller that nobody else has open. */
export const compact = async ({ screen, env }: Context, { db }: CompactFlags): Promise<void> => {
  if (!existsSync(db)) throw wrongUsage(`--db ${db}: no such file`, '`hub compact --help` explains every option.');
  const rawKeepDays = checkedRawKeepDays(env);
  const result = await compactStore({ path: db, rawKeepDays });
  screen.emit({ ok: true, ...result });
  if (screen.json) return;
  const { path, bytesBefore, bytesAfter, rewritten, droppedBatches, droppedFeedBatches } = result;
  screen.say(`${path}: ${inMb(bytesBefore)} before, ${inMb(bytesAfter)} after`);
  screen.say(`${(droppedBatches + droppedFeedBatches).toLocaleString('en')} batches dropped that nothing points to`);
  if (!rewritten) screen.say('not written anew: that would save less than a fifth');
};
