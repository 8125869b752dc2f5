import { isAbsolute } from 'node:path';

import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { loadedModule } from '../ast/module.js';
import type { Node } from '../ast/tree.js';
import { createRule } from '../create-rule.js';
import { brokerNames } from '../evidence/hosts.js';
import { brokerByShape, brokerSdks, mayNameSdk } from '../evidence/sdk.js';
import { globPattern } from '../files.js';
import { resolveModule } from '../graph/resolver.js';

interface Options {
  readonly allow: readonly string[];
  readonly extraPackages: readonly string[];
}

interface Sdk {
  readonly pattern: RegExp;
  readonly broker: string;
  readonly instead: string;
}

const hubCalls = { kis: 'hub.kis.call(<operation>, …)', kiwoom: 'hub.kiwoom.call(<api-id>, …)' } as const;

const knownSdks: readonly Sdk[] = brokerSdks.map(({ name, broker }) => ({
  pattern: globPattern(name),
  broker: brokerNames[broker],
  instead: hubCalls[broker],
}));

/** `@scope/name/deep/file` → `@scope/name`; null for files and built-in modules. */
const packageName = (specifier: string): string | null =>
  /^(?:@[^/]+\/[^/]+|[^#./@][^/:]*)(?=\/|$)/.exec(specifier)?.[0] ?? null;

export const noBrokerSdk = createRule<[Partial<Options>?], 'sdk' | 'shape'>({
  name: 'no-broker-sdk',
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow packages that call KIS or Kiwoom themselves',
      recommended: true,
    },
    messages: {
      sdk: "'{{name}}' calls {{broker}} past the hub: it knows neither the shared quota nor the shared token. Use {{instead}}.",
      shape:
        "'{{name}}' is named like a package that calls {{broker}} past the hub. Use {{instead}}, or name it in `allow` if it does not.",
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
            description: 'Packages that only look as if they called a broker, by name; * stands for a part of it.',
          },
          extraPackages: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            uniqueItems: true,
            description: 'Further packages that call a broker, by name; * stands for a part of it (@acme/kis-*).',
          },
        },
      },
    ],
    defaultOptions: [{ allow: [], extraPackages: [] }],
  },
  create(context) {
    const { allow = [], extraPackages = [] } = context.options[0] ?? {};
    // What stands in a pattern of the user's own may be all stars: with any, every file is looked at.
    if (extraPackages.length === 0 && !mayNameSdk(context.sourceCode.text)) return {};
    const allowed = allow.map(globPattern);
    const extra = extraPackages.map((name): Sdk => ({
      pattern: globPattern(name),
      broker: 'a broker',
      instead: `${hubCalls.kis} or ${hubCalls.kiwoom}`,
    }));
    const sdks = [...knownSdks, ...extra];

    /** A package of the same repository is linted itself. */
    const isOwn = (specifier: string): boolean =>
      isAbsolute(context.physicalFilename) && resolveModule(context.physicalFilename, specifier) !== null;
    const check = (node: Node, specifier: string | null): void => {
      const name = specifier === null ? null : packageName(specifier);
      const sdk = name === null ? undefined : sdks.find(({ pattern }) => pattern.test(name));
      if (specifier === null || name === null) return;
      if (sdk !== undefined) {
        context.report({ node, messageId: 'sdk', data: { name, broker: sdk.broker, instead: sdk.instead } });
        return;
      }
      const broker = brokerByShape(name);
      if (broker === null || allowed.some((pattern) => pattern.test(name)) || isOwn(specifier)) return;
      context.report({
        node,
        messageId: 'shape',
        data: { name, broker: brokerNames[broker], instead: hubCalls[broker] },
      });
    };
    const checkLoad = (node: Node): void => {
      check(node, loadedModule(node));
    };
    const checkFrom = (node: TSESTree.ExportAllDeclaration | TSESTree.ExportNamedDeclaration): void => {
      if (node.source !== null && node.exportKind !== 'type') check(node, node.source.value);
    };

    return {
      CallExpression: checkLoad,
      ImportExpression: checkLoad,
      ExportAllDeclaration: checkFrom,
      ExportNamedDeclaration: checkFrom,
      ImportDeclaration(node) {
        if (node.importKind !== 'type') check(node, node.source.value);
      },
      TSImportEqualsDeclaration({ importKind, moduleReference }) {
        if (importKind === 'type' || moduleReference.type !== Type.TSExternalModuleReference) return;
        check(moduleReference, moduleReference.expression.value);
      },
    };
  },
});
