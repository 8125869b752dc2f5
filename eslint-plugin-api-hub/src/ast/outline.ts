import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';
import type { SourceCode } from '@typescript-eslint/utils/ts-eslint';

import { namesGiven } from './given.js';
// By way of its folder: dependency-cruiser compiles each file as one named `module.ts`, to which './module.js' is the file itself.
import { loadedModule } from '../ast/module.js';
import { type Node, childIn, isCall, isFunction, writtenKey } from './tree.js';

/** A statement at the top of a file, as far as values flow through it. */
export interface Part {
  readonly range: readonly [from: number, to: number];
  readonly hasCalls: boolean;
  /** Names of the file's own that stand in it, whatever they mean there. */
  readonly mentions: readonly string[];
  /** Names that it gives a value, or a member: `const a = …`, `a = …`, `a.b = …`, `a.set('b', …)`. */
  readonly gives: readonly string[];
  /** Modules that it loads by `require` and `import()`. */
  readonly loads: readonly string[];
}

/** A name of another module. */
export interface Elsewhere {
  readonly module: string;
  /** `*`: all of it as one object. */
  readonly name: string;
}

/**
 * A file without its scopes: enough to say which statements can have a part in a value. A name means the same everywhere in
 * it, so that what hangs together here is more than what does, never less.
 */
export interface Outline {
  readonly parts: readonly Part[];
  /** By the names that imports bind. */
  readonly imports: ReadonlyMap<string, Elsewhere>;
}

/** What one walk over a statement has found. */
class Walk {
  readonly mentions = new Set<string>();
  /** Outside of functions, and as the names of functions and classes. */
  readonly declared = new Set<string>();
  /** In functions: they mean nothing outside, unless something of the same name is declared there. */
  readonly locals = new Set<string>();
  readonly written = new Set<string>();
  readonly loads: string[] = [];
  hasCalls = false;

  constructor(private readonly visitorKeys: SourceCode.VisitorKeys) {}

  visit(node: Node, inFunction: boolean): void {
    this.#look(node, inFunction);
    const skipped = unusedName(node);
    const within = inFunction || isFunction(node);
    for (const key of this.visitorKeys[node.type] ?? []) {
      if (key === skipped) continue;
      const child = childIn(node, key);
      if (Array.isArray(child)) {
        for (const one of child) if (one !== null) this.visit(one, within);
      } else if (child !== null && child !== undefined) this.visit(child, within);
    }
  }

  #look(node: Node, inFunction: boolean): void {
    const declared = inFunction ? this.locals : this.declared;
    switch (node.type) {
      case Type.Identifier:
      case Type.JSXIdentifier:
        this.mentions.add(node.name);
        return;
      case Type.VariableDeclarator:
        namesGiven(node.id, declared);
        return;
      case Type.AssignmentExpression:
      case Type.ForInStatement:
      case Type.ForOfStatement:
        namesGiven(node.left, this.written);
        return;
      case Type.TSImportType:
        this.loads.push(node.source.value);
        return;
      case Type.ImportExpression:
        this.#load(node);
        return;
      default:
        break;
    }
    if (isFunction(node)) for (const parameter of node.params) namesGiven(parameter, this.locals);
    if (isCall(node)) {
      this.hasCalls = true;
      this.#load(node);
      const { callee } = node;
      const key = callee.type === Type.MemberExpression ? (writtenKey(callee) ?? '') : '';
      if (callee.type === Type.MemberExpression && givesMembers.test(key)) namesGiven(callee.object, this.written);
      else if (givesArgument.test(key) && node.arguments[0] !== undefined) namesGiven(node.arguments[0], this.written);
    } else if ('id' in node && node.id?.type === Type.Identifier) declared.add(node.id.name);
  }

  #load(node: Node): void {
    const module = loadedModule(node);
    if (module !== null) this.loads.push(module);
  }
}

const givesMembers = /^(?:add|append|push|set|unshift)$/;
/** `Object.assign(target, …)` */
const givesArgument = /^(?:assign|definePropert(?:y|ies))$/;

type Keyed = TSESTree.AccessorProperty | TSESTree.MethodDefinition | TSESTree.Property | TSESTree.PropertyDefinition;

const isKeyed = (node: Node): node is Keyed =>
  node.type === Type.Property ||
  node.type === Type.MethodDefinition ||
  node.type === Type.PropertyDefinition ||
  node.type === Type.AccessorProperty;

/** The field with a name that is no variable: `object.name`, `{ name: … }`. */
const unusedName = (node: Node): string | null => {
  if (node.type === Type.MemberExpression) return node.computed ? null : 'property';
  if (!isKeyed(node)) return null;
  return node.computed ? null : 'key';
};

export const outlineOf = (ast: TSESTree.Program, visitorKeys: SourceCode.VisitorKeys): Outline => {
  const walks: { readonly range: Part['range']; readonly walk: Walk }[] = [];
  const imports = new Map<string, Elsewhere>();
  let before = 0;
  for (const statement of ast.body) {
    const bound = importedBy(statement);
    if (bound === null) {
      const walk = new Walk(visitorKeys);
      walk.visit(statement, false);
      if (statement.type === Type.ExportDefaultDeclaration) walk.declared.add('default');
      if (statement.type === Type.TSExportAssignment) walk.declared.add('module');
      // Comments and decorators before a statement are its own.
      walks.push({ range: [before, statement.range[1]], walk });
    } else for (const [local, elsewhere] of bound) imports.set(local, elsewhere);
    before = statement.range[1];
  }
  const ownNames = new Set([...imports.keys(), ...walks.flatMap(({ walk }) => [...walk.declared])]);
  const given = walks.map(({ walk: { declared, locals, written } }) => [
    ...declared,
    ...[...written].filter((name) => ownNames.has(name) || !locals.has(name)),
  ]);
  const known = new Set([...ownNames, ...given.flat()]);
  const parts = walks.map(({ range, walk }, at) => ({
    range,
    ...{ hasCalls: walk.hasCalls, loads: walk.loads, gives: given[at] ?? [] },
    mentions: [...walk.mentions].filter((name) => known.has(name)),
  }));
  return { parts, imports };
};

const importedBy = (statement: TSESTree.ProgramStatement): readonly (readonly [string, Elsewhere])[] | null => {
  if (statement.type === Type.TSImportEqualsDeclaration) {
    const { id, moduleReference } = statement;
    if (moduleReference.type !== Type.TSExternalModuleReference) return null;
    return [[id.name, { module: moduleReference.expression.value, name: '*' }]];
  }
  if (statement.type !== Type.ImportDeclaration) return null;
  return statement.specifiers.map((specifier) => {
    const imported = specifier.type === Type.ImportSpecifier ? specifier.imported : null;
    const whole = specifier.type === Type.ImportNamespaceSpecifier ? '*' : 'default';
    const name = imported === null ? whole : imported.type === Type.Identifier ? imported.name : imported.value;
    return [specifier.local.name, { module: statement.source.value, name }];
  });
};
