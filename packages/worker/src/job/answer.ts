import type { KnownQuery, KnownShare, Store } from '@hub/store';

import { answerLimit, type CoverageAnswer, type Question } from '../queue/ask.js';
import { allowedPlace } from './export-place.js';

/** What answers are made of. */
export interface AnswerEffects {
  readonly store: Pick<
    Store,
    'calendar' | 'collected' | 'coverageOf' | 'coverageShares' | 'exportParquet' | 'holes' | 'snapshot' | 'verifyTicks'
  >;
  /** Below it files may be written for others; nowhere without it. */
  readonly exportDir?: string | undefined;
}

/** Answers what the writer of a store is asked. Who asks again while an answer is being made shares it. */
export class Answers {
  readonly #making = new Map<string, Promise<unknown>>();

  constructor(private readonly effects: AnswerEffects) {}

  /** Rejects with HUB_DAY_INVALID and HUB_EXPORT_REFUSED. */
  answer(question: Question): Promise<unknown> {
    const name = JSON.stringify(question);
    const making = this.#making.get(name) ?? this.#make(question).finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  async #make(question: Question): Promise<unknown> {
    const { store, exportDir } = this.effects;
    switch (question.kind) {
      case 'holes':
        return store.holes(defined(question.query));
      case 'collected':
        return store.collected(question.query);
      case 'verify':
        return store.verifyTicks(question.query);
      case 'calendar':
        return store.calendar(question.query);
      case 'gaps': {
        const { limit, ...query } = question.query;
        return store.coverageOf({ ...defined(query), limit: Math.min(limit, answerLimit) });
      }
      case 'coverage': {
        const { limit, ...query } = question.query;
        return coverageIn(store, defined(query), limit);
      }
      case 'snapshot':
        return store.snapshot(await allowedPlace(question.path, exportDir));
      case 'export': {
        const { dir, ...query } = question.query;
        return store.exportParquet({ ...defined(query), dir: await allowedPlace(dir, exportDir) });
      }
    }
  }
}

/**
 * The coverage of many series, added up, and those with the most missing first: what the writer answers, and what a process that has the
 * file open itself reads. Rejects with HUB_DAY_INVALID.
 */
export const coverageIn = async (
  store: Pick<Store, 'coverageShares'>,
  query: KnownQuery,
  limit = answerLimit,
): Promise<CoverageAnswer> => {
  const all = await store.coverageShares(query);
  const byState: Partial<Record<keyof KnownShare['byState'], number>> = {};
  for (const share of all) {
    for (const [state, ms] of Object.entries(share.byState)) {
      const name = state as keyof KnownShare['byState']; // entries lose the types of their keys
      byState[name] = (byState[name] ?? 0) + ms;
    }
  }
  return {
    shares: [...all].sort((one, other) => missingOf(other) - missingOf(one)).slice(0, Math.min(limit, answerLimit)),
    total: all.length,
    whole: all.filter((share) => missingOf(share) === 0).length,
    ofMs: all.reduce((sum, { ofMs }) => sum + ofMs, 0),
    byState,
  };
};

/** Of its sessions, ms: what should be here and is not, whether or not somebody has asked for it. */
const missingOf = ({ byState: { missing = 0, requested = 0 } }: KnownShare): number => missing + requested;
/** Without what was left out on the way. */
const defined = <T extends object>(query: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  }; // entries lose the types of their keys
