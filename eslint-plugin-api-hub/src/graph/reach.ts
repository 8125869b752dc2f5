import { type Weights, mayHoldEvidence } from '../evidence/find.js';
import { FileCache } from './file-cache.js';
import { resolveModule } from './resolver.js';

/** Larger files are bundles and data: nobody writes them by hand. */
const maxLength = 500_000;
const mostFiles = 20_000;

interface Glance {
  readonly holdsEvidence: boolean;
  readonly imports: readonly string[];
}

const specifier = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g;

/** A look at the text alone: whether it has to do with a broker, and what it imports of the user's own files. */
const glanceAt = (filename: string, text: string, weights: Weights): Glance => {
  if (text.length > maxLength) return { holdsEvidence: false, imports: [] };
  const imports = Array.from(text.matchAll(specifier), ([, , name = '']) => resolveModule(filename, name));
  return {
    holdsEvidence: mayHoldEvidence(text, weights),
    imports: [...new Set(imports.filter((each) => each !== null))],
  };
};

const caches = new Map<string, FileCache<Glance>>();

const cacheFor = (weights: Weights): FileCache<Glance> => {
  const key = [weights.weighing, ...weights.extraHosts].join(' ');
  const known = caches.get(key) ?? new FileCache(mostFiles, (filename, text) => glanceAt(filename, text, weights));
  caches.set(key, known);
  return known;
};

/** Whether a file, or one that it imports over any number of others, has a word of a broker in it. */
export const reachesEvidence = (filename: string, text: string, weights: Weights): boolean => {
  const cache = cacheFor(weights);
  const own = glanceAt(filename, text, weights);
  if (own.holdsEvidence) return true;
  const seen = new Set([filename]);
  const open = [...own.imports];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const glance = cache.get(next);
    if (glance === null) continue;
    if (glance.holdsEvidence) return true;
    open.push(...glance.imports);
  }
  return false;
};
