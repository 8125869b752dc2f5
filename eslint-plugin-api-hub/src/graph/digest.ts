import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import type { Syntax } from '../ast/file-index.js';
import { type Elsewhere, type Outline, type Part, outlineOf } from '../ast/outline.js';
import { type Weights, mayHoldEvidence } from '../evidence/find.js';
import { exportsOf } from './exports.js';

/** What is known of a file after its tree is let go: which of its statements may hold evidence, and what hangs on them. */
export interface Digest extends Outline {
  readonly holding: ReadonlySet<Part>;
  readonly givers: ReadonlyMap<string, readonly Part[]>;
  /** By the name that others know: names of the file's own, or of another module. */
  readonly exported: ReadonlyMap<string, readonly (Elsewhere | string)[]>;
  /** `export * from …` */
  readonly passedOn: readonly string[];
}

/** Words that are written so that no search for them finds them. */
const inDisguise = /\\[ux]|%[0-9a-f]{2}|\bBuffer\b/i;

export const digestOf = (
  { ast, visitorKeys }: Pick<Syntax, 'ast' | 'visitorKeys'>,
  text: string,
  weights: Weights,
): Digest => {
  const outline = outlineOf(ast, visitorKeys);
  const holding = new Set<Part>();
  const givers = new Map<string, Part[]>();
  const mayHold = (some: string): boolean => mayHoldEvidence(some, weights) || inDisguise.test(some);
  const mayHoldAny = mayHold(text);
  for (const part of outline.parts) {
    if (mayHoldAny && mayHold(text.slice(...part.range))) holding.add(part);
    for (const name of part.gives) givers.set(name, [...(givers.get(name) ?? []), part]);
  }
  const { named, all } = exportsOf(ast, []);
  const exported = new Map<string, readonly (Elsewhere | string)[]>();
  for (const [name, found] of named) {
    const names = found.map((one) => {
      if (one.kind === 'passed') return { module: one.module, name: one.name };
      return one.node.type === Type.Identifier ? one.node.name : 'default';
    });
    exported.set(name, names);
  }
  return { ...outline, holding, givers, exported, passedOn: all };
};

/** What may take part in the values of some statements: names of other modules; null when evidence of the file's own does. */
export const behind = (start: readonly Part[], digest: Digest): readonly Elsewhere[] | null => {
  const found: Elsewhere[] = [];
  // A Set that grows while it is walked over is walked to its end.
  const seen = new Set(start);
  for (const part of seen) {
    if (digest.holding.has(part)) return null;
    for (const module of part.loads) found.push({ module, name: '*' });
    for (const name of part.mentions) {
      const imported = digest.imports.get(name);
      if (imported !== undefined) found.push(imported);
      for (const giver of digest.givers.get(name) ?? []) seen.add(giver);
    }
  }
  return found;
};

/** The statements in whose values evidence may take part: their own, that of other modules, or of statements that they mention. */
export const telling = (digest: Digest, carries: (elsewhere: Elsewhere) => boolean): ReadonlySet<Part> => {
  const mentioning = new Map<string, Part[]>();
  const found = new Set(digest.holding);
  for (const part of digest.parts) {
    for (const name of part.mentions) mentioning.set(name, [...(mentioning.get(name) ?? []), part]);
    if (part.loads.some((module) => carries({ module, name: '*' }))) found.add(part);
  }
  for (const [name, elsewhere] of digest.imports) {
    const parts = mentioning.get(name) ?? [];
    if (parts.some((part) => !found.has(part)) && carries(elsewhere)) for (const part of parts) found.add(part);
  }
  for (const part of found) {
    for (const name of part.gives) for (const other of mentioning.get(name) ?? []) found.add(other);
  }
  return found;
};
