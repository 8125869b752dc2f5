import type { Environment } from '../../account/keys.js';
import type { Venue } from '../../market/calendar.js';
import type { LiveCode, LiveNames } from '../../wire/kis/live-messages.js';
import { parseObject, textOf } from '../house.js';

type Body = Record<string, unknown>;

/** What one TR carries; `environment` when one domain alone has it. */
interface LiveTr {
  readonly content: 'trades' | 'book' | 'orders';
  readonly venue: Venue;
  readonly environment?: Environment;
}

const trs: Readonly<Record<string, LiveTr>> = {
  H0STCNT0: { content: 'trades', venue: 'KRX' },
  H0NXCNT0: { content: 'trades', venue: 'NXT', environment: 'real' },
  H0UNCNT0: { content: 'trades', venue: 'UN', environment: 'real' },
  H0STASP0: { content: 'book', venue: 'KRX' },
  H0NXASP0: { content: 'book', venue: 'NXT', environment: 'real' },
  H0UNASP0: { content: 'book', venue: 'UN', environment: 'real' },
  H0STCNI0: { content: 'orders', venue: 'KRX', environment: 'real' },
  H0STCNI9: { content: 'orders', venue: 'KRX', environment: 'paper' },
};

/** A well-formed message: register (`on`) or release. */
export interface Wish extends LiveNames, LiveTr {
  readonly on: boolean;
}

export interface LiveMessage {
  readonly names: LiveNames;
  readonly approval: string;
  /** Or what is wrong with the message. */
  readonly wish: Wish | LiveCode;
}

const LONGEST_KEY = 12;

/** A keep-alive message that came back. */
export const isEcho = (text: string): boolean => {
  const header = objectOf(parseObject(text), 'header');
  return header !== undefined && textOf(header, 'tr_id') === 'PINGPONG';
};

const objectOf = (outer: Body | undefined, name: string): Body | undefined => {
  const value = outer?.[name];
  return typeof value === 'object' && value !== null ? (value as Body) : undefined;
};

interface Rules {
  readonly environment: Environment;
  readonly requireCusttype: boolean;
}

const headerProblem = (header: Body, { requireCusttype }: Rules): LiveCode | undefined => {
  // Docstrings of samples give 0 for a release, all code gives 2.
  if (!['1', '2'].includes(textOf(header, 'tr_type'))) return 'OPSP8997';
  const custtype = textOf(header, 'custtype');
  if (custtype === '') return requireCusttype ? 'OPSP9997' : undefined;
  return ['P', 'B'].includes(custtype) ? undefined : 'OPSP8998';
};

const wishOf = (header: Body, { tr, key }: LiveNames, rules: Rules): Wish | LiveCode => {
  const problem = headerProblem(header, rules);
  if (problem !== undefined) return problem;
  const known = Object.hasOwn(trs, tr) ? trs[tr] : undefined;
  if (known === undefined || (known.environment ?? rules.environment) !== rules.environment) return 'OPSP8991';
  if (key === '') return 'OPSP9990';
  if (known.content !== 'orders' && (key.length > LONGEST_KEY || !/^\w+$/.test(key))) return 'OPSP8992';
  return { tr, key, on: textOf(header, 'tr_type') === '1', ...known };
};

/** Reads one message, in the order of its parts. */
export const readMessage = (text: string, rules: Rules): LiveMessage => {
  const message = parseObject(text);
  const header = objectOf(message, 'header');
  const body = objectOf(message, 'body');
  const input = objectOf(body, 'input');
  const names = { tr: textOf(input ?? {}, 'tr_id'), key: textOf(input ?? {}, 'tr_key') };
  const approval = textOf(header ?? {}, 'approval_key');
  const judge = (): Wish | LiveCode => {
    if (message === undefined) return 'OPSP9999';
    if (header === undefined) return 'OPSP9998';
    if (body === undefined) return 'OPSP9992';
    return input === undefined ? 'OPSP9991' : wishOf(header, names, rules);
  };
  return { names, approval, wish: judge() };
};
