/**
 * Trouble on request.
 *
 * | kind | does the broker act? | what the client sees |
 * |---|---|---|
 * | delay | yes | the answer `ms` later |
 * | drop | no, the call never arrives | nothing, the socket stays open |
 * | reset | yes | connection reset instead of the answer |
 * | 5xx | no | HTTP 502 without a broker code |
 * | html | no | HTTP 200 with a maintenance page |
 * | garble | yes | HTTP 200, JSON with damaged bytes |
 * | truncate | yes | half of the body, then the end of the connection |
 * | half-open | yes | half of the body, then silence |
 * | expire-token | no | the token in use expires just before: EGW00123, 8005 |
 */
export const faultKinds = [
  'delay',
  'drop',
  'reset',
  '5xx',
  'garble',
  'html',
  'truncate',
  'half-open',
  'expire-token',
] as const;

/** What goes wrong: see `faultKinds`. */
export type FaultKind = (typeof faultKinds)[number];

/** Which calls a fault strikes: those that fit all that is given. */
export interface FaultMatch {
  /** End of the path, for example `/oauth2/tokenP` or `inquire-price`. */
  readonly path?: string;
  /** KIS `tr_id` or Kiwoom `api-id`; a Kiwoom token call is `au10001` with and without the header. */
  readonly tr?: string;
  /** Only the n-th matching call from now, counted from 1. */
  readonly nth?: number;
  /** 0…1, drawn from the seed. */
  readonly probability?: number;
}

/** Trouble that is in force until it is spent. The oldest that fits a call strikes it. */
export interface Fault {
  readonly kind: FaultKind;
  /** Every call when left out. */
  readonly match?: FaultMatch;
  /** For `delay`: 1 000 ms unless given. */
  readonly ms?: number;
  /** How often the fault strikes before it is spent; no end when left out. */
  readonly times?: number;
}

export const DEFAULT_DELAY_MS = 1_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fields = { kind: 'string', match: 'object', ms: 'number', times: 'number' } as const;
const matchFields = { path: 'string', tr: 'string', nth: 'number', probability: 'number' } as const;

const fieldProblems = (value: Record<string, unknown>, known: Readonly<Record<string, string>>): string[] =>
  Object.entries(value).flatMap(([name, given]) => {
    const kind = known[name];
    if (kind === undefined) return [`${name}: unknown field, known are ${Object.keys(known).join(', ')}`];
    return typeof given === kind ? [] : [`${name}: give a ${kind}`];
  });

/** What is wrong with a fault from outside; empty when it is one. */
export const faultProblems = (value: unknown): readonly string[] => {
  if (!isRecord(value)) return ['give a JSON object'];
  const known = (faultKinds as readonly unknown[]).includes(value.kind);
  const kind = known ? [] : [`kind: give one of ${faultKinds.join(', ')}`];
  const match = isRecord(value.match) ? fieldProblems(value.match, matchFields) : [];
  return [...kind, ...fieldProblems(value, fields), ...match];
};

export const isFault = (value: unknown): value is Fault => faultProblems(value).length === 0;

interface Armed {
  readonly id: number;
  readonly fault: Fault;
  matched: number;
  struck: number;
}

/** The faults in force. */
export class FaultBoard {
  readonly #random: () => number;
  #armed: Armed[] = [];
  #lastId = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Returns the fault's number. */
  add(fault: Fault): number {
    this.#lastId += 1;
    this.#armed.push({ id: this.#lastId, fault, matched: 0, struck: 0 });
    return this.#lastId;
  }

  clear(): void {
    this.#armed = [];
  }

  get size(): number {
    return this.#armed.length;
  }

  /** The fault that this call meets, if any; the oldest wins. */
  strike(path: string, tr: string): Fault | undefined {
    for (const armed of this.#armed) {
      const { match = {}, times } = armed.fault;
      if (match.path !== undefined && !path.endsWith(match.path)) continue;
      if (match.tr !== undefined && match.tr !== tr) continue;
      armed.matched += 1;
      if (match.nth !== undefined && armed.matched !== match.nth) continue;
      if (match.probability !== undefined && this.#random() >= match.probability) continue;
      armed.struck += 1;
      const spent = armed.struck >= (times ?? Number.POSITIVE_INFINITY) || match.nth !== undefined;
      if (spent) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.fault;
    }
    return undefined;
  }
}
