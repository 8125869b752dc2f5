import { createRequire } from 'node:module';
import { extname } from 'node:path';

import type { TSESTree } from '@typescript-eslint/types';
import type { Parser, Scope, SourceCode } from '@typescript-eslint/utils/ts-eslint';

import type { Syntax } from '../ast/file-index.js';

/** How the file that is linted was parsed: others are parsed the same way. */
export interface Language {
  readonly parser: Parser.LooseParserModule;
  readonly parserOptions: Readonly<Record<string, unknown>>;
  readonly visitorKeys: SourceCode.VisitorKeys;
}

/** A program for types is made for the linted file alone: here the syntax is enough. */
const withoutProgram = { program: undefined, programs: undefined, project: undefined, projectService: undefined };

/** null where the parser does not understand the file. */
export const parseFile = (filename: string, text: string, language: Language): Syntax | null => {
  if (extname(filename) === '.json') return parsed(filename, `module.exports = ${text}`, 'script', language);
  return parsed(filename, text, 'module', language) ?? parsed(filename, text, 'script', language);
};

const parsed = (filename: string, text: string, sourceType: 'module' | 'script', language: Language): Syntax | null => {
  const { parser, parserOptions } = language;
  const filePath = filename.replace(/\.json$/, '.js');
  const options = {
    ...parserOptions,
    ...withoutProgram,
    ...{ ecmaVersion: 'latest', filePath, sourceType, comment: false, loc: true, range: true, tokens: false },
    ecmaFeatures: { jsx: filePath.endsWith('x') || /\.[cm]?js$/.test(filePath), globalReturn: sourceType === 'script' },
  };
  try {
    const result =
      'parseForESLint' in parser ? parser.parseForESLint(text, options) : { ast: parser.parse(text, options) };
    // A parser that names none makes a tree of ESLint's own kinds.
    const own = 'visitorKeys' in result ? (result.visitorKeys as SourceCode.VisitorKeys | undefined) : undefined;
    const visitorKeys = own ?? language.visitorKeys;
    // Every parser of ESLint gives a Program.
    const ast = result.ast as TSESTree.Program as SourceCode.Program;
    const scopes =
      'scopeManager' in result ? (result.scopeManager as Scope.ScopeManager | null | undefined) : undefined;
    let made: Scope.ScopeManager | undefined;
    return {
      ...{ ast, visitorKeys, getText: (node) => (node ? text.slice(...node.range) : text) },
      // Of most files only what they export is looked at, and that takes no scopes.
      get scopeManager() {
        return scopes ?? (made ??= scopesOf(ast, sourceType, visitorKeys));
      },
    };
  } catch {
    return null;
  }
};

type EslintScope = typeof import('eslint-scope');

let eslintScope: EslintScope | undefined;

const scopesOf = (
  ast: SourceCode.Program,
  sourceType: 'module' | 'script',
  visitorKeys: SourceCode.VisitorKeys,
): Scope.ScopeManager => {
  // The copy that ESLint itself has loaded, where the versions allow it.
  eslintScope ??= createRequire(import.meta.url)('eslint-scope') as EslintScope; // its own types
  const tree = ast as unknown as Parameters<EslintScope['analyze']>[0]; // a tree of ESLint's own kinds, typed by another package
  const scopes = eslintScope.analyze(tree, {
    ...{ ecmaVersion: 2022, ignoreEval: true, sourceType },
    // Not as childVisitorKeys: those are copied again for every pattern of the file.
    fallback: (node: { readonly type: string }) => [...(visitorKeys[node.type] ?? [])],
  });
  return scopes as unknown as Scope.ScopeManager; // the same scopes, typed by another package
};
