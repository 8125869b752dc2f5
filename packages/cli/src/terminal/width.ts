/** Hangul, Han, kana and full-width forms take two columns of a terminal; everything else we print takes one. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const invisible = /\p{Mark}|\u200b/u;

const widthOf = (character: string): number => {
  if (invisible.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
};

/** Columns that a text takes. Composed first: a decomposed syllable is drawn as one. */
export const displayWidth = (text: string): number =>
  Array.from(text.normalize('NFC')).reduce((sum, character) => sum + widthOf(character), 0);

export const padTo = (text: string, columns: number, side: 'left' | 'right'): string => {
  const blanks = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'left' ? text + blanks : blanks + text;
};

/** At most so many columns; what is cut is marked with an ellipsis. */
export const clip = (text: string, columns: number): string => {
  if (displayWidth(text) <= columns) return text;
  let taken = 0;
  let result = '';
  for (const character of text.normalize('NFC')) {
    taken += widthOf(character);
    if (taken > columns - 1) break;
    result += character;
  }
  return columns < 1 ? '' : `${result}…`;
};
