import { isHubError, packError, unpackError, type HubError, type TravellingError } from '../error/index.js';
import { coalescing, type Outcome } from './contract.js';

/** What the broker itself said: it would say the same to everybody who asks. Everything else concerns one process. */
const words: ReadonlySet<string> = new Set(['HUB_BROKER_REFUSED', 'HUB_BROKER_BUSY', 'HUB_BROKER_FAILED']);

type Told = { readonly answer: unknown } | { readonly failure: TravellingError };

const told = (what: Told): Outcome => {
  const text = JSON.stringify(what);
  return Buffer.byteLength(text) > coalescing.mostBytes ? { kind: 'large' } : { kind: 'told', text };
};

export const answered = (answer: unknown): Outcome => told({ answer });

export const failedWith = (error: unknown): Outcome =>
  isHubError(error) && words.has(error.code) ? told({ failure: packError(error) }) : { kind: 'failed' };

/** The answer, as another process wrote it; throws what the broker told it instead. */
export const readTold = (text: string): unknown => {
  const what = JSON.parse(text) as Told; // written by `told` of the same protocol
  if ('answer' in what) return what.answer;
  throw unpackError(what.failure) satisfies HubError;
};
