import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

import { BaselineInvalid } from '../error/index.js';
import { auditRules, type AuditFinding, type AuditRule } from './finding.js';

/** Findings that were there when the audit began: alike ones are counted. */
export interface KnownFinding {
  readonly path: string;
  readonly rule: AuditRule;
  /** Of the line as it was written: it stays the same when the line moves. */
  readonly hash: string;
  readonly count: number;
  /** For whoever reads the file. */
  readonly message: string;
}

export interface Comparison {
  /** What the baseline does not know. */
  readonly fresh: readonly AuditFinding[];
  /** How many it knows. */
  readonly known: number;
  /** How many of its own are there no more. */
  readonly gone: number;
  /** What is left of it: never more than it said. */
  readonly left: readonly KnownFinding[];
}

export const hashOf = ({ rule, path, text }: AuditFinding): string =>
  createHash('sha256')
    .update([rule, path, text.replace(/\s+/g, ' ')].join('\n'))
    .digest('hex')
    .slice(0, 16);

const keyOf = ({ path, rule, hash }: Pick<KnownFinding, 'path' | 'rule' | 'hash'>): string =>
  [path, rule, hash].join('\n');

const order = (left: KnownFinding, right: KnownFinding): number => (keyOf(left) < keyOf(right) ? -1 : 1);

/** Every finding, as a baseline says it. */
export const knownFindings = (findings: readonly AuditFinding[]): readonly KnownFinding[] => {
  const counted = new Map<string, KnownFinding>();
  for (const finding of findings) {
    const { path, rule, message } = finding;
    const entry = { path, rule, hash: hashOf(finding), count: 1, message };
    const before = counted.get(keyOf(entry));
    counted.set(keyOf(entry), before === undefined ? entry : { ...before, count: before.count + 1 });
  }
  return [...counted.values()].sort(order);
};

/** Whether a path is one of these, or lies in one that is a folder; '' is the whole. */
const isWithin = (path: string, scope: readonly string[]): boolean =>
  scope.some((each) => each === '' || path === each || path.startsWith(`${each}/`));

/** What a baseline says of what was looked at, and of the rest. */
export const inScope = (
  baseline: readonly KnownFinding[],
  paths: readonly string[],
  unread: readonly string[],
): { readonly seen: readonly KnownFinding[]; readonly others: readonly KnownFinding[] } => {
  const isSeen = ({ path }: KnownFinding): boolean => isWithin(path, paths) && !unread.includes(path);
  return { seen: baseline.filter(isSeen), others: baseline.filter((entry) => !isSeen(entry)) };
};

export const compare = (findings: readonly AuditFinding[], baseline: readonly KnownFinding[]): Comparison => {
  const left = new Map(baseline.map((entry) => [keyOf(entry), { ...entry, open: entry.count }]));
  const fresh = findings.filter((finding) => {
    const entry = left.get(keyOf({ ...finding, hash: hashOf(finding) }));
    if (entry === undefined || entry.open === 0) return true;
    entry.open -= 1;
    return false;
  });
  const entries = [...left.values()];
  const gone = entries.reduce((sum, { open }) => sum + open, 0);
  return {
    fresh,
    known: findings.length - fresh.length,
    gone,
    left: entries.flatMap(({ open, ...entry }) =>
      open < entry.count ? [{ ...entry, count: entry.count - open }] : [],
    ),
  };
};

/** null: there is none. Rejects with HUB_BASELINE_INVALID when it is something else. */
export const readBaseline = async (path: string): Promise<readonly KnownFinding[] | null> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new BaselineInvalid(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
  return parsed(path, text);
};

const parsed = (path: string, text: string): readonly KnownFinding[] => {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new BaselineInvalid(path, 'it is no JSON', { cause: error });
  }
  const { version, findings } = (given ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings))
    throw new BaselineInvalid(path, 'it has no version 1 and no list of findings');
  findings.forEach((each: unknown, index) => {
    if (!isKnown(each))
      throw new BaselineInvalid(path, `finding ${String(index + 1)} lacks a path, a rule, a hash or a count`);
  });
  return findings as readonly KnownFinding[]; // checked above
};

const isKnown = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { path, rule, hash, count } = value as Partial<Record<keyof KnownFinding, unknown>>;
  return (
    typeof path === 'string' &&
    typeof rule === 'string' &&
    Object.hasOwn(auditRules, rule) &&
    typeof hash === 'string' &&
    Number.isInteger(count) &&
    Number(count) >= 1
  );
};

/** The old file is there until the new one is whole. */
export const writeBaseline = async (path: string, entries: readonly KnownFinding[]): Promise<void> => {
  const findings = [...entries].sort(order);
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify({ version: 1, findings }, null, 2)}\n`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};
