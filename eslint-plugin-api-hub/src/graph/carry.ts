import { readFileSync } from 'node:fs';

import type { Syntax } from '../ast/file-index.js';
import type { Elsewhere, Part } from '../ast/outline.js';
import type { Node } from '../ast/tree.js';
import { type Weights, weightsKey } from '../evidence/find.js';
import { type Digest, behind, digestOf, telling } from './digest.js';
import { type Language, parseFile } from './language.js';
import { reachFor, textKeyOf } from './reach.js';
import { resolveModule } from './resolver.js';
import { Search, type Step } from './search.js';

const mostFiles = 5_000;

type Parsed = Pick<Syntax, 'ast' | 'visitorKeys'>;

/** Where evidence can come from, name by name and over any number of files. */
export interface Carry {
  /** Tells the nodes of a linted file that evidence may take part in; null: there are no calls among them, nor addresses. */
  worthALook(filename: string, text: string, parsed: Parsed): ((node: Node) => boolean) | null;
}

const made = new WeakMap<object, Map<string, Carry>>();

export const carryFor = (language: Language, weights: Weights): Carry => {
  const ofParser = made.get(language.parser) ?? new Map<string, Carry>();
  const key = weightsKey(weights);
  const carry = ofParser.get(key) ?? newCarry(language, weights);
  made.set(language.parser, ofParser.set(key, carry));
  return carry;
};

const newCarry = (language: Language, weights: Weights): Carry => {
  const reach = reachFor(weights);
  // What ESLint has parsed is not parsed again for those who import it, as long as the disk holds the same text.
  const byText = new Map<string, Digest | null>();
  const keep = <D extends Digest | null>(textKey: string, digest: D): D => {
    if (byText.size >= mostFiles) byText.clear();
    byText.set(textKey, digest);
    return digest;
  };
  const digestOfFile = (filename: string): Digest | null => {
    const textKey = reach.textKey(filename);
    const known = textKey === null ? undefined : byText.get(textKey);
    if (known !== undefined) return known;
    const text = textOf(filename);
    // The tree is not kept: most files are found to carry nothing, and their trees would only be in the way.
    const syntax = text === null ? null : parseFile(filename, text, language);
    return text === null ? null : keep(textKeyOf(text), syntax && digestOf(syntax, text, weights));
  };

  const search = new Search((place): Step => {
    const [filename = '', name = ''] = place.split('\0');
    const digest = reach.fromFile(filename) ? digestOfFile(filename) : null;
    if (digest === null) return [];
    const { parts, elsewhere } = exportedAs(name, digest);
    const more = behind(parts, digest);
    return more === null ? 'goal' : [...elsewhere, ...more].flatMap((each) => placeOf(filename, each) ?? []);
  });

  return {
    worthALook: (filename, text, parsed) => {
      const textKey = textKeyOf(text);
      const digest = byText.get(textKey) ?? keep(textKey, digestOf(parsed, text, weights));
      const found = telling(digest, (elsewhere) => {
        const place = placeOf(filename, elsewhere);
        return place !== null && search.reaches(place);
      });
      if (digest.holding.size === 0 && ![...found].some(({ hasCalls }) => hasCalls)) return null;
      const others = digest.parts.filter((part) => !found.has(part));
      return (node) => !others.some(({ range: [from, to] }) => from <= node.range[0] && node.range[1] <= to);
    },
  };
};

const textOf = (filename: string): string | null => {
  try {
    return readFileSync(filename, 'utf8');
  } catch {
    return null;
  }
};

const placeOf = (from: string, { module, name }: Elsewhere): string | null => {
  const path = resolveModule(from, module);
  return path === null ? null : `${path}\0${name}`;
};

/** What a file exports under a name: statements of its own, and names of other modules. */
const exportedAs = (
  name: string,
  { parts, givers, imports, exported, passedOn }: Digest,
): { readonly parts: readonly Part[]; readonly elsewhere: readonly Elsewhere[] } => {
  const passed = passedOn.map((module) => ({ module, name }));
  const own = name === '*' ? undefined : exported.get(name);
  if (name === '*' || (name === 'default' && own === undefined)) {
    const named = [...exported.values()].flat().filter((one) => typeof one !== 'string');
    return { parts, elsewhere: [...named, ...passed] };
  }
  const elsewhere = (own ?? []).flatMap((one) => (typeof one === 'string' ? (imports.get(one) ?? []) : one));
  // `module.exports = …` and `exports.name = …` are statements that give these two a value.
  const locals = [...(own ?? []).filter((one) => typeof one === 'string'), 'module', 'exports'];
  return { parts: locals.flatMap((local) => givers.get(local) ?? []), elsewhere: [...elsewhere, ...passed] };
};
