import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from '../fault/faults.js';
import type { Answer } from '../wire/answer.js';

/** One of the two simulated brokers. */
export type BrokerName = 'kis' | 'kiwoom';

/** One request as the broker sees it, after the way there. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Operation that the request names: KIS `tr_id`, Kiwoom `api-id`. Empty when it names none. */
  readonly tr: string;
  /** Epoch ms at which the request set out: `at` less the way there. */
  readonly sentAt: number;
  /** Epoch ms. */
  readonly at: number;
}

export const header = ({ headers }: Pick<Arrival, 'headers'>, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
};

/** One broker behind the HTTP front. */
export interface House {
  trOf(request: Pick<Arrival, 'path' | 'headers'>): string;
  /** Decides on one arrival, writes it down, and answers; undefined when a fault kept the broker from acting. */
  judge(arrival: Arrival, fault: Fault | undefined): Answer | undefined;
  /** All headers of an answer. `served` counts the answers of the simulator. */
  headers(arrival: Arrival, answer: Answer, served: number): Readonly<Record<string, string>>;
}

/** Faults that keep the broker from acting on the call. */
export const lostTo = (fault: Fault | undefined): boolean =>
  fault !== undefined && ['drop', '5xx', 'html'].includes(fault.kind);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON object of a body, or undefined. */
export const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** A text of such an object; empty for anything else. */
export const textOf = (object: Record<string, unknown>, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value : '';
};
