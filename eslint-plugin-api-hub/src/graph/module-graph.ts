import type { TSESTree } from '@typescript-eslint/utils';

import { type FileIndex, indexFile } from '../ast/file-index.js';
import { type Node, rootOf } from '../ast/tree.js';
import { type Export, type Exports, exportsOf } from './exports.js';
import { FileCache } from './file-cache.js';
import { type Language, parseFile } from './language.js';
import { resolveModule } from './resolver.js';

/** Parsed files that are kept; a project has few that have to do with a broker. */
const mostModules = 400;

/** `export * from` chains are followed so far. */
const maxPasses = 20;

interface Module {
  readonly filename: string;
  readonly index: FileIndex;
  readonly exports: Exports;
}

/** The user's own files behind the imports of one that is linted. */
export interface ModuleGraph {
  /** What `name` of a module may be, as expressions of its file; for `*` its program, which stands for all it exports. */
  imported(at: Node, module: string, name: string): readonly Node[];
  /** What a program that was imported as a whole has under a key; null: any. */
  members(program: TSESTree.Program, key: string | null): readonly Node[];
  /** What such a program sets `module.exports` to. */
  whole(program: TSESTree.Program): readonly Node[];
  /** The file that a node of another file stands in. */
  indexOf(node: Node): FileIndex | null;
}

const caches = new WeakMap<object, FileCache<Module | null>>();

const cacheFor = (language: Language): FileCache<Module | null> => {
  const known =
    caches.get(language.parser) ??
    new FileCache<Module | null>(mostModules, (filename, text) => {
      const syntax = parseFile(filename, text, language);
      if (syntax === null) return null;
      const index = indexFile(syntax, { foreign: true });
      return { filename, index, exports: exportsOf(index) };
    });
  caches.set(language.parser, known);
  return known;
};

export const moduleGraph = (own: FileIndex, filename: string, language: Language): ModuleGraph => {
  const cache = cacheFor(language);
  /** Those that this file has met, by their programs. */
  const met = new Map<Node, Module>();

  const load = (from: string, specifier: string): Module | null => {
    const path = resolveModule(from, specifier);
    const module = path === null ? null : cache.get(path);
    if (module !== null) met.set(module.index.sourceCode.ast, module);
    return module;
  };

  const filenameOf = (node: Node): string => met.get(rootOf(node))?.filename ?? filename;

  const resolved = (module: Module, found: Export, passes: number): readonly Node[] => {
    if (found.kind === 'own') return [found.node];
    const next = load(module.filename, found.module);
    return next === null ? [] : named(next, found.name, passes + 1);
  };

  const named = (module: Module, name: string, passes = 0): readonly Node[] => {
    const { index, exports } = module;
    if (name === '*') return [index.sourceCode.ast];
    if (passes > maxPasses) return [];
    const own = (exports.named.get(name) ?? []).flatMap((one) => resolved(module, one, passes));
    if (own.length > 0) return own;
    if (name === 'default') return exports.whole.length > 0 ? exports.whole : [index.sourceCode.ast];
    return exports.all.flatMap((specifier) => {
      const next = load(module.filename, specifier);
      return next === null ? [] : named(next, name, passes + 1);
    });
  };

  const everyMember = (module: Module, passes = 0): readonly Node[] => {
    if (passes > maxPasses) return [];
    const own = [...module.exports.named.values()].flat().flatMap((one) => resolved(module, one, passes));
    const passed = module.exports.all.flatMap((specifier) => {
      const next = load(module.filename, specifier);
      return next === null ? [] : everyMember(next, passes + 1);
    });
    return [...own, ...passed];
  };

  return {
    imported: (at, specifier, name) => {
      const module = load(filenameOf(at), specifier);
      return module === null ? [] : named(module, name);
    },
    members: (program, key) => {
      const module = program === own.sourceCode.ast ? undefined : met.get(program);
      if (module === undefined) return [];
      return key === null ? everyMember(module) : named(module, key);
    },
    whole: (program) => met.get(program)?.exports.whole ?? [],
    indexOf: (node) => met.get(rootOf(node))?.index ?? null,
  };
};
