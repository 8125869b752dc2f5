/**
 * A string that an expression may be. What is not known of it is a hole: `${process.env.BASE}/uapi/x` is `␀/uapi/x`,
 * so that the rest can still be read.
 */
export type Text = string;

export const hole = '\0';

/** Bounds of a set and of a string. Beyond them a value is unknown: a lint rule must never hang on a strange file. */
const maxTexts = 64;
const maxLength = 4000;

const tidy = (text: Text): Text => {
  const folded = text.replace(/\0{2,}/g, hole);
  return folded.length > maxLength ? folded.slice(0, maxLength) + hole : folded;
};

export const union = (...sets: readonly (readonly Text[])[]): readonly Text[] => {
  const all = [...new Set(sets.flat())];
  return all.length > maxTexts ? [...all.slice(0, maxTexts), hole] : all;
};

/** Every string of the first set followed by every string of the second, and so on. */
export const product = (...sets: readonly (readonly Text[])[]): readonly Text[] => {
  let texts: readonly Text[] = [''];
  for (const set of sets) {
    const next = set.length === 0 ? [hole] : set;
    texts = union(texts.slice(0, maxTexts).flatMap((text) => next.map((more) => tidy(text + more))));
  }
  return texts;
};

export const isKnown = (text: Text): boolean => !text.includes(hole);
