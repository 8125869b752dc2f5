import type { Store } from '@hub/store';

import type { Question } from '../queue/ask.js';
import { allowedPlace } from './export-place.js';

/** What answers are made of. */
export interface AnswerEffects {
  readonly store: Pick<Store, 'holes' | 'snapshot' | 'exportParquet'>;
  /** Below it files may be written for others; nowhere without it. */
  readonly exportDir?: string | undefined;
}

/** Answers what the writer of a store is asked. Who asks again while an answer is being made shares it. */
export class Answers {
  readonly #making = new Map<string, Promise<unknown>>();

  constructor(private readonly effects: AnswerEffects) {}

  answer(question: Question): Promise<unknown> {
    const name = JSON.stringify(question);
    const making = this.#making.get(name) ?? this.#make(question).finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  async #make(question: Question): Promise<unknown> {
    const { store, exportDir } = this.effects;
    if (question.kind === 'holes') return store.holes(defined(question.query));
    if (question.kind === 'snapshot') return store.snapshot(await allowedPlace(question.path, exportDir));
    const { dir, ...query } = question.query;
    return store.exportParquet({ ...defined(query), dir: await allowedPlace(dir, exportDir) });
  }
}

/** Without what was left out on the way. */
const defined = <T extends object>(query: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  }; // entries lose the types of their keys
