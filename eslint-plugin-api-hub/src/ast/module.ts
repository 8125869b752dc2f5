import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';
import type { Scope } from '@typescript-eslint/utils/ts-eslint';

import type { FileIndex } from './file-index.js';
import { type Node, bare, contains, writtenKey } from './tree.js';

/** Where a function comes from: `axios.get` is ['get'] of module 'axios'; a global has no module. */
export interface Identity {
  readonly module: string | null;
  readonly names: readonly string[];
}

const globalObjects = new Set(['global', 'globalThis', 'self', 'window']);

const ofModule = (module: string, ...names: readonly string[]): Identity => ({
  module: module.replace(/^node:/, ''),
  names: names.filter((name) => name !== 'default' && name !== '*'),
});

/** The module that `require('x')` or `import('x')` loads. */
export const loadedModule = (node: Node): string | null => {
  const at = bare(node);
  const source =
    at.type === Type.ImportExpression
      ? at.source
      : at.type === Type.CallExpression && at.callee.type === Type.Identifier && at.callee.name === 'require'
        ? at.arguments[0]
        : undefined;
  if (source?.type === Type.Literal && typeof source.value === 'string') return source.value;
  if (source?.type !== Type.TemplateLiteral || source.expressions.length > 0) return null;
  return source.quasis[0]?.value.cooked ?? null;
};

/** null for what is made in this file, and for parameters. */
export const identityOf = (node: Node, file: FileIndex, depth = 0): Identity | null => {
  const at = bare(node);
  if (depth > 10) return null;
  const module = loadedModule(at);
  if (module !== null) return ofModule(module);
  if (at.type === Type.MemberExpression) {
    const owner = identityOf(at.object, file, depth + 1);
    const key = writtenKey(at);
    if (owner === null || key === null) return null;
    if (owner.module === null && owner.names.length === 1 && globalObjects.has(owner.names[0] ?? '')) {
      return { module: null, names: [key] };
    }
    return owner.module === null
      ? { module: null, names: [...owner.names, key] }
      : ofModule(owner.module, ...owner.names, key);
  }
  if (at.type !== Type.Identifier) return null;
  const definition = file.variableOf(at)?.defs[0];
  if (definition === undefined) return { module: null, names: [at.name] };
  return ofDefinition(definition, file, depth);
};

const ofDefinition = ({ node, name }: Scope.Definition, file: FileIndex, depth: number): Identity | null => {
  switch (node.type) {
    case Type.ImportDefaultSpecifier:
    case Type.ImportNamespaceSpecifier:
    case Type.ImportSpecifier: {
      if (node.parent.type !== Type.ImportDeclaration) return null;
      const imported = node.type === Type.ImportSpecifier ? node.imported : null;
      const key = imported === null ? '*' : imported.type === Type.Identifier ? imported.name : imported.value;
      return ofModule(node.parent.source.value, key);
    }
    case Type.TSImportEqualsDeclaration: {
      const { moduleReference } = node;
      if (moduleReference.type !== Type.TSExternalModuleReference) return null;
      return ofModule(moduleReference.expression.value);
    }
    case Type.VariableDeclarator: {
      if (node.init === null) return null;
      const owner = identityOf(node.init, file, depth + 1);
      if (owner === null || node.id.type === Type.Identifier) return owner;
      if (node.id.type !== Type.ObjectPattern) return null;
      const property = node.id.properties.find((one) => contains(one, name));
      const key = property?.type === Type.Property ? writtenKey(property) : null;
      if (key === null) return null;
      return owner.module === null
        ? { module: null, names: [...owner.names, key] }
        : ofModule(owner.module, ...owner.names, key);
    }
    default:
      return null;
  }
};
