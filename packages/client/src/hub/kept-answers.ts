import type { Page, Params } from '../broker/contract.js';
import type { Answer } from '../request/contract.js';
import type { CallOptions, PageOptions } from './broker-calls.js';

/** An answer of a walk, and where it goes on. Plain data: it survives JSON. */
export interface KeptAnswer {
  readonly answer: Answer;
  /** The page behind it, where the broker pages by a cursor; absent after the last one. */
  readonly next?: Page | undefined;
}

/**
 * Answers that outlive the process that got them, so that a walk which is begun again asks for none of them a second time.
 * `page` names one page of one walk; the same call gives the same name in every process. What these functions reject with,
 * the walk rejects with.
 */
export interface KeptAnswers {
  /** What was kept under this name; undefined has the broker asked. */
  find(page: string): Promise<KeptAnswer | undefined>;
  /** Called with every answer before the next call is made. */
  keep(page: string, kept: KeptAnswer): Promise<void>;
}

/** What holds for a walk over the bars of a range. */
export interface CandleOptions extends CallOptions {
  /** Answers of an earlier run of the same query. Not for ranges that reach into today: what is kept does not grow. */
  readonly kept?: KeptAnswers;
}

const nameOf = (endpoint: string, { params, cursor }: Page): string => JSON.stringify([endpoint, params, cursor]);

/** One call, unless its answer is kept. */
export const keptCall = async (
  kept: KeptAnswers,
  [endpoint, params]: readonly [string, Params],
  call: () => Promise<Answer>,
): Promise<Answer> => {
  const name = nameOf(endpoint, { params, cursor: {} });
  const found = await kept.find(name);
  if (found !== undefined) return found.answer;
  const answer = await call();
  await kept.keep(name, { answer });
  return answer;
};

const usualMaxPages = 100;

/** Pages as `pagesFrom` walks them; those that are kept come first, and the walk goes on behind them by the same key. */
export async function* keptPages(
  kept: KeptAnswers,
  [endpoint, params]: readonly [string, Params],
  options: PageOptions,
  pagesFrom: (
    first: Page,
    options: PageOptions,
  ) => AsyncIterable<{ readonly answer: Answer; readonly next: Page | undefined }>,
): AsyncGenerator<Answer> {
  const maxPages = options.maxPages ?? usualMaxPages;
  let page: Page | undefined = { params, cursor: {} };
  let keyId = options.keyId;
  let walked = 0;
  while (page !== undefined && walked < maxPages) {
    const found: KeptAnswer | undefined = await kept.find(nameOf(endpoint, page));
    if (found === undefined) break;
    walked += 1;
    keyId = found.answer.keyId;
    page = found.next;
    yield found.answer;
  }
  if (page === undefined || walked >= maxPages) return;
  const rest = { ...options, maxPages: maxPages - walked, ...(keyId === undefined ? {} : { keyId }) };
  for await (const { answer, next } of pagesFrom(page, rest)) {
    await kept.keep(nameOf(endpoint, page), { answer, next });
    page = next ?? page;
    yield answer;
  }
}
