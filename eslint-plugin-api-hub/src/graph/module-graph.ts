import type { TSESTree } from '@typescript-eslint/types';

import type { FileIndex } from '../ast/file-index.js';
import { type Node, rootOf } from '../ast/tree.js';
import type { Export } from './exports.js';
import type { Language } from './language.js';
import { type Module, modulesFor } from './modules.js';
import { resolveModule } from './resolver.js';

/** `export * from` chains are followed so far. */
const maxPasses = 20;

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

export const moduleGraph = (own: FileIndex, filename: string, language: Language): ModuleGraph => {
  const modules = modulesFor(language);
  /** Those that this file has met, by their programs. */
  const met = new Map<Node, Module>();

  const load = (from: string, specifier: string): Module | null => {
    const path = resolveModule(from, specifier);
    const module = path === null ? null : modules.get(path);
    if (module !== null) met.set(module.syntax.ast, module);
    return module;
  };

  const filenameOf = (node: Node): string => met.get(rootOf(node))?.filename ?? filename;

  const resolved = (module: Module, found: Export, passes: number): readonly Node[] => {
    if (found.kind === 'own') return [found.node];
    const next = load(module.filename, found.module);
    return next === null ? [] : named(next, found.name, passes + 1);
  };

  const named = (module: Module, name: string, passes = 0): readonly Node[] => {
    const { syntax, exports } = module;
    if (name === '*') return [syntax.ast];
    if (passes > maxPasses) return [];
    const own = (exports.named.get(name) ?? []).flatMap((one) => resolved(module, one, passes));
    if (own.length > 0) return own;
    if (name === 'default') return exports.whole.length > 0 ? exports.whole : [syntax.ast];
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
