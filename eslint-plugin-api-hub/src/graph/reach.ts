import { hash } from 'node:crypto';

import { type Weights, mayHoldEvidence, weightsKey } from '../evidence/find.js';
import { FileCache } from './file-cache.js';
import { resolveModule } from './resolver.js';
import { Search } from './search.js';

/** Larger files are bundles and data: nobody writes them by hand. */
export const maxLength = 500_000;
const mostFiles = 20_000;

interface Glance {
  readonly holdsEvidence: boolean;
  readonly imports: readonly string[];
}

const specifier = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g;

const importsIn = (filename: string, text: string): readonly string[] => {
  const found = new Set<string>();
  for (const [, , name = ''] of text.matchAll(specifier)) {
    const path = resolveModule(filename, name);
    if (path !== null) found.add(path);
  }
  return [...found];
};

/** Stands for a text, without its room. */
export const textKeyOf = (text: string): string => hash('sha1', text, 'base64');

/** A look at the text alone: whether it has to do with a broker, and what it imports of the user's own files. */
const glanceAt = (filename: string, text: string, weights: Weights): Glance => {
  if (text.length > maxLength) return { holdsEvidence: false, imports: [] };
  const holdsEvidence = mayHoldEvidence(text, weights);
  // Whoever has found evidence looks no further.
  return { holdsEvidence, imports: holdsEvidence ? [] : importsIn(filename, text) };
};

export interface Reach {
  /** Whether a file, or one that it imports over any number of others, has a word of a broker in it. */
  fromFile(filename: string): boolean;
  /** What the file holds now, as `textKeyOf` tells it; null when it cannot be read. */
  textKey(filename: string): string | null;
  /** The same for a text that need not be on the disk. */
  fromText(filename: string, text: string): boolean;
}

const reaches = new Map<string, Reach>();

export const reachFor = (weights: Weights): Reach => {
  const key = weightsKey(weights);
  const known = reaches.get(key);
  if (known !== undefined) return known;
  const glances = new FileCache(mostFiles, (filename, text) => ({
    ...glanceAt(filename, text, weights),
    textKey: textKeyOf(text),
  }));
  const search = new Search((filename) => {
    const glance = glances.get(filename);
    if (glance?.holdsEvidence === true) return 'goal';
    return glance?.imports ?? [];
  });
  const reach: Reach = {
    fromFile: (filename) => search.reaches(filename),
    textKey: (filename) => glances.get(filename)?.textKey ?? null,
    fromText: (filename, text) => {
      const { holdsEvidence, imports } = glanceAt(filename, text, weights);
      return holdsEvidence || imports.some((each) => search.reaches(each));
    },
  };
  reaches.set(key, reach);
  return reach;
};
