import type { ParserServicesWithTypeInformation } from '@typescript-eslint/utils';

import type { LiteralTypes } from './evaluator.js';

/** What types say: `'https://a' | 'https://b'` are two strings, anything wider is none. */
export const literalTypesOf =
  (services: ParserServicesWithTypeInformation): LiteralTypes =>
  (node) => {
    const type = services.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    const texts = parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
    return texts.length === parts.length ? texts : null;
  };
