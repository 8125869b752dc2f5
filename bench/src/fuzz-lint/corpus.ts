import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from '@typescript-eslint/parser';

import { readLabelled } from '../check-lint-set/labelled.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const lintSet = new URL('../../../eslint-plugin-api-hub/lint-set/', import.meta.url);
const folders = ['packages', 'eslint-plugin-api-hub/src', 'bench/src', 'examples'];
/** Longer files make slow programs, and hold nothing that shorter ones do not. */
const longest = 4_000;

/** A stretch of a program that is one node of its tree. */
export interface Piece {
  readonly kind: 'statement' | 'expression' | 'name' | 'other';
  readonly from: number;
  readonly to: number;
}

const kindOf = (type: string): Piece['kind'] => {
  if (type === 'Identifier') return 'name';
  if (/(?:Statement|Declaration)$/.test(type)) return 'statement';
  return /(?:Expression|Literal)$/.test(type) ? 'expression' : 'other';
};

/** Every node of a program; undefined when it is none. */
export const piecesOf = (text: string): readonly Piece[] | undefined => {
  let tree: object;
  try {
    tree = parse(text, { range: true, ecmaFeatures: { jsx: true }, sourceType: 'module' });
  } catch {
    return undefined;
  }
  const pieces: Piece[] = [];
  // Not by recursion: the deepest programs are what is wanted here.
  const left: unknown[] = [tree];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const { type, range } = node as { readonly type?: unknown; readonly range?: readonly [number, number] };
    if (typeof type === 'string' && range !== undefined && type !== 'Program') {
      pieces.push({ kind: kindOf(type), from: range[0], to: range[1] });
    }
    for (const [key, child] of Object.entries(node)) {
      if (key === 'parent' || key === 'tokens' || key === 'comments' || typeof child !== 'object') continue;
      if (child !== null) left.push(child);
    }
  }
  return pieces;
};

/** A program; its tree is made when it is asked for, as most of the corpus is not in a short run. */
export class Source {
  readonly text: string;
  #pieces: readonly Piece[] | undefined;

  constructor(text: string, pieces?: readonly Piece[]) {
    this.text = text;
    this.#pieces = pieces;
  }

  get pieces(): readonly Piece[] {
    return (this.#pieces ??= piecesOf(this.text) ?? []);
  }
}

/** The sources of this repository and the programs of the lint set, in an order that does not change. */
export const readCorpus = async (): Promise<readonly Source[]> => {
  const paths: string[] = [];
  for (const folder of folders) {
    for (const path of await readdir(join(repository, folder), { recursive: true })) {
      if (/\.(?:ts|mjs)$/.test(path) && !/(?:^|\/)(?:node_modules|dist)\/|\.d\.ts$/.test(path))
        paths.push(join(folder, path));
    }
  }
  const own = paths.sort().map((path) => readFile(join(repository, path), 'utf8'));
  const labelled = (await readLabelled(lintSet)).flatMap(({ files }) => files.map(({ text }) => text));
  return [...labelled, ...(await Promise.all(own))]
    .filter((text) => text.length <= longest)
    .map((text) => new Source(text));
};
