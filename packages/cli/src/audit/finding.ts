/** What a place knows of a broker. `call` sends, `address` keeps where to, the others are what is sent along. */
export const auditRules = {
  'direct-call': 'A call to a broker that does not go through the hub',
  'broker-address': 'The address of a broker, kept for calls that do not go through the hub',
  'broker-header': 'A header that only a broker reads',
  'broker-credentials': 'A key of a broker, read where the hub is not',
  'key-in-plain-text': 'A key of a broker, written down',
  'broker-sdk': 'A package that calls a broker itself',
} as const satisfies Readonly<Record<string, string>>;
export type AuditRule = keyof typeof auditRules;

/** One place that knows a broker. Holds no key. */
export interface AuditFinding {
  readonly rule: AuditRule;
  /** From where the audit began, with `/` between. */
  readonly path: string;
  /** Both from 1; of a notebook within its cell. */
  readonly line: number;
  readonly column: number;
  /** Of a notebook, from 1. */
  readonly cell?: number;
  readonly message: string;
  readonly remedy: string;
  /** The line as it is written, its secrets masked: what a baseline knows it by. */
  readonly text: string;
}

/** Where it is, as editors jump to it. */
export const placeOf = ({ path, line, column, cell }: AuditFinding): string =>
  cell === undefined ? `${path}:${line}:${column}` : `${path} cell ${cell}:${line}:${column}`;
