import type { Store } from '@hub/store';

import type { Question } from '../queue/ask.js';

type Answering = Pick<Store, 'calendar' | 'collected' | 'holes' | 'verifyTicks'>;

/** What the writer of a store answers. */
export const answer = (question: Question, store: Answering): Promise<unknown> => {
  switch (question.kind) {
    case 'holes':
      return store.holes(defined(question.query));
    case 'collected':
      return store.collected(question.query);
    case 'verify':
      return store.verifyTicks(question.query);
    case 'calendar':
      return store.calendar(question.query);
  }
};

/** Without what was left out on the way. */
const defined = <T extends object>(query: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  }; // entries lose the types of their keys
