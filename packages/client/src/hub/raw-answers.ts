import type { BrokerName, Page, Params } from '../broker/contract.js';
import type { CandleBatch, CandleQuery } from '../broker/candle.js';
import type { MarketSource } from '../broker/market-source.js';
import { kis } from '../broker/kis/index.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { RangeInvalid } from '../error/index.js';
import type { Answer } from '../request/contract.js';
import type { KeptAnswer } from './kept-answers.js';
import { candleBatchesOf } from './market-data.js';

/**
 * An answer as it can be kept for years: body, question, and nothing of the key behind it. Plain data: it survives JSON. Of the headers
 * it has those alone that point to the next page.
 */
export interface RawAnswer {
  /** The name of the call in the catalogue. */
  readonly endpoint: string;
  readonly page: Page;
  /** The page behind it; absent after the last one, and where pages are not asked for by a cursor. */
  readonly next?: Page | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tr: string;
  readonly requestId: string;
  /** UTC epoch ms. */
  readonly receivedAt: number;
  readonly body: Answer['body'];
}

/** What `KeptAnswers.keep` was told, as a raw answer of that broker. */
export const rawAnswerOf = (broker: BrokerName, name: string, { answer, next }: KeptAnswer): RawAnswer => {
  const [endpoint, params, cursor] = JSON.parse(name) as [string, Params, Page['cursor']]; // as kept answers name their pages
  const { status, headers, tr, requestId, receivedAt, body } = answer;
  const cursors = { kis, kiwoom }[broker].cursorHeaders;
  return {
    ...{ endpoint, page: { params, cursor }, status, tr, requestId, receivedAt, body },
    ...(next === undefined ? {} : { next }),
    headers: Object.fromEntries(Object.entries(headers).filter(([header]) => cursors.includes(header))),
  };
};

/**
 * What `hub.candleBatches` makes of these answers today. Asks nobody: they are all there is, in the order in which they came. Rejects with
 * HUB_RANGE when the query asks for something else than they answer, and as `hub.candleBatches` does.
 */
export async function* renormaliseCandles(
  query: CandleQuery & { readonly broker: BrokerName },
  answers: readonly RawAnswer[],
): AsyncGenerator<CandleBatch> {
  const source = sourceOf(answers);
  yield* candleBatchesOf(query, { kis: source, kiwoom: source });
}

/** The time of a source is that of the answer that comes next: what was asked for depended on the day, and on the minute. */
const sourceOf = (answers: readonly RawAnswer[]): MarketSource<string> => {
  let told = 0;
  const tell = (endpoint: string, symbolOf: Params): RawAnswer => {
    const answer = answers[told];
    if (answer?.endpoint !== endpoint || !isSameShare(answer.page.params, symbolOf)) {
      const there = answer === undefined ? 'there is none' : `it is of ${answer.endpoint}`;
      throw new RangeInvalid(
        `answer ${told + 1} of ${answers.length} would be one of ${endpoint}, and ${there}`,
        'Today other calls would be made than were made then: fetch the range again.',
      );
    }
    told += 1;
    return answer;
  };
  return {
    call: (endpoint, params) => Promise.resolve().then(() => answerOf(tell(endpoint, params))),
    pages: async function* (endpoint, params) {
      let more = true;
      while (more) {
        const raw = await Promise.resolve(tell(endpoint, params));
        more = raw.next !== undefined;
        yield answerOf(raw);
      }
    },
    now: () => (answers[told] ?? answers.at(-1))?.receivedAt ?? 0,
  };
};

/** Times in parameters follow the clock; the share does not. */
const isSameShare = (left: Params, right: Params): boolean =>
  ['FID_INPUT_ISCD', 'FID_COND_MRKT_DIV_CODE', 'FID_INPUT_DATE_1', 'stk_cd'].every(
    (name) => left[name] === right[name],
  );

const answerOf = ({ status, headers, body, receivedAt, requestId, tr }: RawAnswer): Answer => ({
  ...{ status, headers, body, receivedAt, requestId, tr },
  keyId: '', // not kept with the answer: the batch names it
});
