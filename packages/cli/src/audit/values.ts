import { findEvidence, mayHoldWords } from 'eslint-plugin-api-hub/evidence';

import type { Expression } from './expression.js';
import type { Hole, Part } from './token.js';

/** Longer ones are no addresses. */
const longest = 2_000;
/** Names of names of names. */
const deepest = 8;

/** What names stand for in one file, as far as it is written there or where it imports from. */
export type Values = ReadonlyMap<string, string>;

/** Values by the full name and by its last part: `Config.BASE`, `BASE`. */
const find = (values: Values, name: string): string | undefined =>
  values.get(name) ??
  values.get(
    name
      .replace(/\.(?:value|href|url)$/, '')
      .split('.')
      .at(-1) ?? name,
  );

const valueOf = ({ name, fallback }: Hole, values: Values): string =>
  (name === null ? undefined : find(values, name)) ?? fallback ?? '\0';

/** The text of parts; what is not known of it is \0. */
export const textOf = (parts: readonly Part[], values: Values): string => {
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : valueOf(part, values);
    if (text.length > longest) return text.slice(0, longest);
  }
  return text;
};

/** A host has a dot, an address a slash. Most strings have neither. */
export const mayBeAddress = (text: string): boolean => /[./%]/.test(text);

const namesHost = (text: string, extraHosts: readonly string[]): boolean =>
  mayBeAddress(text) &&
  mayHoldWords(text, extraHosts) &&
  (findEvidence(text, { extraHosts, portals: false })?.host ?? null) !== null;

/**
 * Adds what is kept under names. Where one has several values, that of a broker counts: a program that may call a broker calls it.
 */
export const addValues = (
  expressions: readonly Expression[],
  values: Map<string, string>,
  extraHosts: readonly string[],
): void => {
  const kept = expressions.filter(({ key, owner }) => key !== null || owner !== null);
  // A value may use a name that is given its own further down.
  for (let round = 0; round < deepest; round += 1) {
    let changed = false;
    for (const { key, owner, parts } of kept) {
      const text = textOf(parts, values);
      const names = new Set([key, namesHost(text, extraHosts) ? owner : null]);
      for (const name of names) {
        if (name === null || text === '\0') continue;
        const last = name.split('.').at(-1) ?? name;
        for (const each of new Set([name, last])) {
          const known = values.get(each);
          if (
            known === text ||
            (known !== undefined && (namesHost(known, extraHosts) || !isBetter(text, known, extraHosts)))
          )
            continue;
          values.set(each, text);
          changed = true;
        }
      }
    }
    if (!changed) break;
  }
};

const isBetter = (text: string, known: string, extraHosts: readonly string[]): boolean =>
  namesHost(text, extraHosts) || (known.includes('\0') && !text.includes('\0'));
