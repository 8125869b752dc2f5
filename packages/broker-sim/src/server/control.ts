import { faultProblems, isFault, type FaultBoard } from '../fault/faults.js';
import { isDay } from '../market/kst.js';
import type { Truth, TruthQuery } from '../market/truth.js';
import type { JournalBook } from './journal.js';
import { killTokens, type TokenDesk } from '../account/tokens.js';
import type { LiveControl } from './live/desk.js';
import { controlLive } from './live/control.js';

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface ControlAnswer {
  readonly status: number;
  readonly data: unknown;
}

export interface ControlDesk {
  readonly journal: JournalBook;
  readonly faults: FaultBoard;
  /** One of each broker. */
  readonly tokens: readonly TokenDesk[];
  readonly truth: (query: TruthQuery) => Truth;
  readonly now: () => number;
  readonly live: LiveControl;
}

const ok = (data: unknown): ControlAnswer => ({ status: 200, data });
const bad = (message: string): ControlAnswer => ({ status: 400, data: { code: 'SIM_REQUEST', message } });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return undefined;
  }
};

const truth = (desk: ControlDesk, query: URLSearchParams): ControlAnswer => {
  const venue = query.get('venue') ?? 'KRX';
  const interval = query.get('interval') ?? '1m';
  const from = query.get('from') ?? '';
  const to = query.get('to') ?? from;
  const symbols = (query.get('symbols') ?? '').split(',').filter((symbol) => symbol !== '');
  if (symbols.length === 0) return bad('symbols: give codes separated by commas');
  if (venue !== 'KRX' && venue !== 'NXT' && venue !== 'UN') return bad('venue: give KRX, NXT or UN');
  if (interval !== '1m' && interval !== '1d') return bad('interval: give 1m or 1d');
  if (![from, to].every((day) => isDay(day.replaceAll('-', '')))) return bad('from, to: give YYYY-MM-DD');
  return ok(desk.truth({ symbols, venue, interval, from, to }));
};

const journal = (desk: ControlDesk, query: URLSearchParams): ControlAnswer => {
  const since = Number(query.get('since') ?? 0);
  if (!Number.isFinite(since)) return bad('since: give the seq of the last entry that you have');
  const { entries, orders, live, ...counters } = desk.journal.read(since);
  if (query.get('summary') === '1') {
    const { count, duplicates, duplicateMarkers } = orders;
    return ok({ ...counters, orders: { count, duplicates, duplicateMarkers } });
  }
  return ok({ ...counters, orders, entries, live });
};

const tokens = (desk: ControlDesk, death: 'expired' | 'revoked', query: URLSearchParams): ControlAnswer =>
  ok({ killed: killTokens(desk.tokens, death, query.get('key') ?? undefined) });

const live = (desk: ControlDesk, request: ControlRequest): ControlAnswer => {
  const said = controlLive(desk.live, request);
  if (said === undefined) return { status: 404, data: { code: 'SIM_REQUEST', message: noSuch(request) } };
  return typeof said === 'string' ? bad(said) : ok(said);
};

const noSuch = ({ method, path }: ControlRequest): string => `no ${method} ${path} here`;

/** Answers `/sim/*`: the test's side door, never delayed and never counted. */
export const control = (desk: ControlDesk, request: ControlRequest): ControlAnswer => {
  const { method, path, query, body } = request;
  switch (`${method} ${path}`) {
    case 'GET /sim/health':
      return ok({ ok: true, now: desk.now() });
    case 'GET /sim/truth':
      return truth(desk, query);
    case 'GET /sim/journal':
      return journal(desk, query);
    case 'POST /sim/faults': {
      const fault = parse(body);
      if (!isFault(fault)) return bad(faultProblems(fault).join('; '));
      return ok({ id: desk.faults.add(fault) });
    }
    case 'DELETE /sim/faults':
      desk.faults.clear();
      return ok({ faults: 0 });
    case 'POST /sim/tokens/expire':
      return tokens(desk, 'expired', query);
    case 'POST /sim/tokens/revoke':
      return tokens(desk, 'revoked', query);
    default:
      return live(desk, request);
  }
};
