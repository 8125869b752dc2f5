import type { Broker } from './hosts.js';
import { kisOperations, kiwoomOperations } from './operations.generated.js';

/** What the hub calls one operation of a broker, and what tells it. */
export interface Operation {
  readonly broker: Broker;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** KIS: `tr_id` of the real and the paper environment; Kiwoom: the api-id. */
  readonly trs: readonly string[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const listed = (column: string | undefined): readonly string[] =>
  column === undefined || column === '-' ? [] : column.split(',');

const parsed = (broker: Broker, lines: readonly string[]): readonly Operation[] =>
  lines.map((line) => {
    const [name = '', method = '', path = '', trs, required, optional] = line.split(' ');
    return { broker, name, method, path, trs: listed(trs), required: listed(required), optional: listed(optional) };
  });

let all: readonly Operation[] | undefined;

/** Most files have no report, and need none of these. */
const operations = (): readonly Operation[] =>
  (all ??= [...parsed('kis', kisOperations), ...parsed('kiwoom', kiwoomOperations)]);

export const isKnownTr = (broker: Broker, tr: string): boolean =>
  operations().some((each) => each.broker === broker && each.trs.includes(tr));

/**
 * The operations that a path and a TR leave possible. A path of KIS has one, or several that its TR tells apart; a path of
 * Kiwoom has dozens. Of a path with a gap (`…`) nothing is known. Without either: none.
 */
export const operationsFor = (broker: Broker, path: string | null, tr: string | null): readonly Operation[] => {
  const known = tr !== null && isKnownTr(broker, tr) ? tr : null;
  const at = path === null || path.includes('…') ? null : path.replace(/\/+$/, '');
  if (known === null && at === null) return [];
  return operations().filter(
    (each) =>
      each.broker === broker && (known === null || each.trs.includes(known)) && (at === null || each.path === at),
  );
};

let ends: ReadonlyMap<string, Broker> | undefined;

/** The broker that has a path with these two last segments: `quotations/inquire-price`. */
export const brokerOfPathEnd = (end: string): Broker | null => {
  ends ??= new Map(operations().map(({ broker, path }) => [path.split('/').slice(-2).join('/'), broker]));
  return ends.get(end) ?? null;
};
