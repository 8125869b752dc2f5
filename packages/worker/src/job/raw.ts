import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { rawAnswerOf, renormaliseCandles, type BrokerName, type KeptAnswers, type RawAnswer } from '@hub/client';
import type { CandleRow, RawPage, RawPayload } from '@hub/store';

import type { IngestPayload, RawAnswers, WindowSpec } from '../queue/payload.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** What a job holds unpacked at most: a window of ten days is a hundredth of it. */
const mostBytes = 256_000_000;

/** Notes every answer of a walk in its order, whether it was kept of an earlier run or came just now. */
export class RawRecorder implements KeptAnswers {
  readonly answers: RawAnswer[] = [];

  constructor(
    private readonly broker: BrokerName,
    private readonly kept: KeptAnswers | undefined,
  ) {}

  async find(page: string): ReturnType<KeptAnswers['find']> {
    const found = await this.kept?.find(page);
    if (found !== undefined) this.answers.push(rawAnswerOf(this.broker, page, found));
    return found;
  }

  async keep(...[page, answer]: Parameters<KeptAnswers['keep']>): Promise<void> {
    await this.kept?.keep(page, answer);
    this.answers.push(rawAnswerOf(this.broker, page, answer));
  }
}

/** As it travels: the rows of a window are a tenth of its answers, and Redis holds both until the commit. */
export const packRaw = async ({ from, to }: WindowSpec, answers: readonly RawAnswer[]): Promise<RawAnswers> => ({
  ...{ from, to },
  gzip: (await pack(JSON.stringify(answers))).toString('base64'),
});

/** What is needed to read an answer again, but for its body. */
interface RawRequest extends Omit<RawAnswer, 'body'> {
  readonly v: 1;
  readonly query: Parameters<typeof renormaliseCandles>[0];
}

/** What the writer hands to its store; nothing where the worker kept none, or is of an older release. */
export const rawPagesOf = async ({ raw, series, provenance }: IngestPayload): Promise<RawPage[] | undefined> => {
  if (raw === undefined) return undefined;
  const { symbol, venue, interval } = series;
  const query = { broker: provenance.broker, symbol, venue, interval, from: raw.from, to: raw.to };
  const text = await unpack(Buffer.from(raw.gzip, 'base64'), { maxOutputLength: mostBytes });
  const answers = JSON.parse(String(text)) as RawAnswer[]; // packed by a worker of ours
  return answers.map(({ body, ...rest }): RawPage => {
    const request: RawRequest = { v: 1, query, ...rest };
    return { request: JSON.stringify(request), body: JSON.stringify(body), fetchedAtMs: rest.receivedAt };
  });
};

/** For `verifyStore`: reads kept answers again, with the normaliser of this release. Rejects for what cannot be read. */
export const renormalise = async ({ pages }: RawPayload): Promise<readonly CandleRow[]> => {
  const all = pages.map(({ request, body }) => {
    const { query, ...rest } = JSON.parse(request) as RawRequest; // as `rawPagesOf` wrote it
    if ((rest.v as number) !== 1) throw new Error(`raw answers of version ${String(rest.v)} are of a newer release`);
    return { query, answer: { ...rest, body: JSON.parse(body) as RawAnswer['body'] } };
  });
  const [first] = all;
  if (first === undefined) return [];
  const rows: CandleRow[] = [];
  for await (const { candles } of renormaliseCandles(
    first.query,
    all.map(({ answer }) => answer),
  ))
    rows.push(...candles);
  return rows;
};
