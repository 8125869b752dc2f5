import type { Store } from '@hub/store';

import type { Question } from '../queue/ask.js';

/** What the writer of a store answers. */
export const answer = ({ query }: Question, store: Pick<Store, 'holes'>): Promise<unknown> =>
  store.holes(defined(query));

/** Without what was left out on the way. */
const defined = <T extends object>(query: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  }; // entries lose the types of their keys
