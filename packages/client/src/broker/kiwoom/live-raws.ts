const quote = '"';

/** The place behind a JSON text that begins at `from`. */
const behindText = (json: string, from: number): number => {
  let at = from + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === '\\' ? 2 : 1;
  return at + 1;
};

/** The place behind the JSON value that begins at `from`. */
const behindValue = (json: string, from: number): number => {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const character = json[at] ?? '';
    if (character === quote) {
      at = behindText(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && at > from && /[,\]}\s]/.test(character)) return at;
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    at += 1;
    if (depth === 0 && (character === '}' || character === ']')) return at;
  }
  return at;
};

const behindSpace = (json: string, from: number): number => {
  let at = from;
  while (/[\s,:]/.test(json[at] ?? '')) at += 1;
  return at;
};

/** Where the last value of `name` in the object begins, which is the one that JSON.parse takes; -1 without any. */
const valueOf = (json: string, name: string): number => {
  let found = -1;
  let at = behindSpace(json, behindSpace(json, 0) + 1);
  while (json[at] === quote) {
    const keyEnd = behindText(json, at);
    const isIt = json.slice(at, keyEnd) === JSON.stringify(name);
    const value = behindSpace(json, keyEnd);
    if (isIt) found = value;
    at = behindSpace(json, behindValue(json, value));
  }
  return found;
};

/**
 * The texts of the entries of `data` as they came: JSON.stringify would sort their fields, whose names are numbers. `json` is
 * an object that JSON.parse has read.
 */
export const entryTexts = (json: string): readonly string[] => {
  const texts: string[] = [];
  const list = valueOf(json, 'data');
  if (list === -1) return texts;
  let at = behindSpace(json, list + 1);
  while (at < json.length && json[at] !== ']') {
    const end = behindValue(json, at);
    texts.push(json.slice(at, end));
    at = behindSpace(json, end);
  }
  return texts;
};
