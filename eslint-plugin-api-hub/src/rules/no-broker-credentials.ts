import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { type Node, bare, dottedNames, isCall, parentOf, writtenKey } from '../ast/tree.js';
import { createRule } from '../create-rule.js';
import { credentialFields, isCredentialName, looksLikeKey, mayNameCredential } from '../evidence/credentials.js';
import { isTestFile, matchesAny } from '../files.js';

interface Options {
  readonly allow: readonly string[];
  readonly extraNames: readonly string[];
}

/** Objects whose members are variables of the environment. */
const environments = new Set(['process.env', 'import.meta.env', 'Bun.env', 'env']);
const readsByName = /^(?:get|getOrThrow|getString|require|string|value)$/;
const settingsLike = /(?:config\w*|env|settings?|secrets?)$/i;

export const noBrokerCredentials = createRule<[Partial<Options>?], 'read' | 'written'>({
  name: 'no-broker-credentials',
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow reading or writing down the app keys and secrets of KIS and Kiwoom outside the hub',
      recommended: true,
    },
    messages: {
      read: "'{{name}}' is a key of a broker. Only the hub needs it: createHub() reads its settings itself, and with { mode: 'service' } a program needs no key at all.",
      written:
        "'{{name}}' holds a key of a broker in plain text. Put it into the settings of hub serve, and issue a new one: this one is in the history.",
    },
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          allow: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            uniqueItems: true,
            description: 'Files that set the hub up and may read keys: globs from the folder that ESLint runs in.',
          },
          extraNames: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            uniqueItems: true,
            description: 'Further names of variables that hold a key of a broker.',
          },
        },
      },
    ],
    defaultOptions: [{ allow: [], extraNames: [] }],
  },
  create(context) {
    const { allow = [], extraNames = [] } = context.options[0] ?? {};
    const { cwd, filename, sourceCode } = context;
    if (!mayNameCredential(sourceCode.text, extraNames)) return {};
    if (matchesAny(filename, cwd, allow) || isTestFile(filename)) return {};
    const isSecret = (name: string | null): name is string =>
      name !== null && (isCredentialName(name) || extraNames.includes(name));
    const checkName = (node: Node, name: string | null): void => {
      if (isSecret(name) && !isSettingOfHub(node)) context.report({ node, messageId: 'read', data: { name } });
    };
    return {
      MemberExpression(node) {
        if (isEnvironment(node.object)) checkName(node, writtenKey(node));
      },
      VariableDeclarator({ id, init }) {
        if (id.type !== Type.ObjectPattern || init === null || !isEnvironment(init)) return;
        for (const property of id.properties) {
          if (property.type === Type.Property) checkName(property, writtenKey(property));
        }
      },
      CallExpression(node) {
        const [first] = node.arguments;
        if (first?.type !== Type.Literal || typeof first.value !== 'string') return;
        const names = dottedNames(node.callee);
        const receiver = names.at(-2) ?? '';
        if (readsByName.test(names.at(-1) ?? '') && settingsLike.test(receiver)) checkName(node, first.value);
      },
      Property(node) {
        const key = writtenKey(node);
        const value = bare(node.value);
        if (key === null || !credentialFields.has(key)) return;
        if (value.type !== Type.Literal || typeof value.value !== 'string' || !looksLikeKey(value.value)) return;
        context.report({ node: value, messageId: 'written', data: { name: key } });
      },
    };
  },
});

const isEnvironment = (node: Node): boolean => {
  const at = bare(node);
  if (at.type === Type.MemberExpression && at.object.type === Type.MetaProperty) return writtenKey(at) === 'env';
  return environments.has(dottedNames(at).join('.'));
};

/** `createHub({ kis: { appKey: process.env.MY_KEY } })`: the one place that keys are read for. */
const isSettingOfHub = (node: TSESTree.Node): boolean => {
  for (let at = parentOf(node); at !== null; at = parentOf(at)) {
    if (isCall(at)) return dottedNames(at.callee).at(-1) === 'createHub';
  }
  return false;
};
