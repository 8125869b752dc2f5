import { type FileIndex, type Syntax, indexFile } from '../ast/file-index.js';
import { type Exports, exportsOf } from './exports.js';
import { FileCache } from './file-cache.js';
import { type Language, parseFile } from './language.js';

/** Parsed files that are kept. A tree takes a hundred times the room of its text, and few are asked for again later on. */
const mostModules = 60;

/** A file that ESLint does not show us: one that the linted file imports. */
export interface Module {
  readonly filename: string;
  readonly syntax: Syntax;
  readonly index: FileIndex;
  readonly exports: Exports;
}

const made = new WeakMap<object, FileCache<Module | null>>();

/** By the parser, which is what the trees are of. */
export const modulesFor = (language: Language): FileCache<Module | null> => {
  const known = made.get(language.parser);
  if (known !== undefined) return known;
  const modules = new FileCache<Module | null>(mostModules, (filename, text) => {
    const syntax = parseFile(filename, text, language);
    return syntax === null ? null : moduleOf(filename, syntax);
  });
  made.set(language.parser, modules);
  return modules;
};

const moduleOf = (filename: string, syntax: Syntax): Module => {
  let index: FileIndex | undefined;
  let exports: Exports | undefined;
  const indexed = (): FileIndex => (index ??= indexFile(syntax, { foreign: true }));
  return {
    filename,
    syntax,
    // Only its outline may be wanted.
    get index() {
      return indexed();
    },
    get exports() {
      return (exports ??= exportsOf(syntax.ast, indexed().assignments));
    },
  };
};
