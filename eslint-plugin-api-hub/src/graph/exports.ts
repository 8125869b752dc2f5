import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import type { FileIndex } from '../ast/file-index.js';
import { type Node, dottedNames, writtenKey } from '../ast/tree.js';

/** Something that a file gives to others. */
export type Export =
  | { readonly kind: 'own'; readonly node: Node }
  /** `name` of another file; `*`: all of it as one object. */
  | { readonly kind: 'passed'; readonly module: string; readonly name: string };

export interface Exports {
  readonly named: ReadonlyMap<string, readonly Export[]>;
  /** `export * from …` */
  readonly all: readonly string[];
  /** `module.exports = …`, `export = …`: the file's value as a whole. */
  readonly whole: readonly Node[];
}

const nameOf = (node: TSESTree.Identifier | TSESTree.StringLiteral): string =>
  node.type === Type.Identifier ? node.name : node.value;

export const exportsOf = (ast: TSESTree.Program, assignments: FileIndex['assignments']): Exports => {
  const named = new Map<string, Export[]>();
  const all: string[] = [];
  const whole: Node[] = [];
  const add = (name: string, one: Export): void => {
    named.set(name, [...(named.get(name) ?? []), one]);
  };
  for (const statement of ast.body) {
    switch (statement.type) {
      case Type.ExportAllDeclaration:
        if (statement.exported === null) all.push(statement.source.value);
        else add(nameOf(statement.exported), { kind: 'passed', module: statement.source.value, name: '*' });
        break;
      case Type.ExportDefaultDeclaration:
        add('default', { kind: 'own', node: statement.declaration });
        break;
      case Type.TSExportAssignment:
        whole.push(statement.expression);
        break;
      case Type.ExportNamedDeclaration:
        for (const [name, one] of namedBy(statement)) add(name, one);
        break;
      default:
        break;
    }
  }
  for (const { left, right } of assignments) {
    const names = dottedNames(left).join('.');
    if (names === 'module.exports') whole.push(right);
    else if (left.type === Type.MemberExpression && /^(?:module\.)?exports$/.test(dottedNames(left.object).join('.'))) {
      const key = writtenKey(left);
      if (key !== null) add(key, { kind: 'own', node: right });
    }
  }
  return { named, all, whole };
};

const namedBy = (statement: TSESTree.ExportNamedDeclaration): readonly (readonly [string, Export])[] => {
  const { declaration, source, specifiers } = statement;
  if (source !== null) {
    return specifiers.map(({ exported, local }) => [
      nameOf(exported),
      { kind: 'passed', module: source.value, name: nameOf(local) },
    ]);
  }
  if (declaration === null)
    return specifiers.map(({ exported, local }) => [nameOf(exported), { kind: 'own', node: local }]);
  if (declaration.type === Type.VariableDeclaration) {
    return declaration.declarations.flatMap(({ id }) =>
      namesIn(id).map((node) => [node.name, { kind: 'own', node }] as const),
    );
  }
  const { id } = declaration;
  return id?.type === Type.Identifier ? [[id.name, { kind: 'own', node: id }]] : [];
};

/** The names that a declaration binds. */
const namesIn = (pattern: Node): readonly TSESTree.Identifier[] => {
  switch (pattern.type) {
    case Type.Identifier:
      return [pattern];
    case Type.ObjectPattern:
      return pattern.properties.flatMap((one) => namesIn(one.type === Type.Property ? one.value : one.argument));
    case Type.ArrayPattern:
      return pattern.elements.flatMap((one) => (one === null ? [] : namesIn(one)));
    case Type.AssignmentPattern:
      return namesIn(pattern.left);
    case Type.RestElement:
      return namesIn(pattern.argument);
    default:
      return [];
  }
};
