/** Something that is filled in when the program runs. */
export interface Hole {
  /** Whose value it is; null where nothing is known of it. */
  readonly name: string | null;
  /** What it is looked up in: `os.environ` of `os.environ["BASE"]`. */
  readonly within?: string;
  /** What stands in for it where it has no value: `${BASE:-https://…}`. */
  readonly fallback?: string;
}

export type Part = string | Hole;

/**
 * `text`: a string, or a word where words need no quotes. `name`: `BASE`, `self.base`. `sign`: one character, or `:=`.
 * `end`: of a line, outside of brackets.
 */
export type Token =
  | { readonly kind: 'text'; readonly offset: number; readonly parts: readonly Part[]; readonly quoted: boolean }
  | { readonly kind: 'name'; readonly offset: number; readonly text: string }
  | { readonly kind: 'sign'; readonly offset: number; readonly text: string }
  | { readonly kind: 'end'; readonly offset: number };

/** Holes of `text` that `pattern` finds; its first group that matched names each, its group `fallback` is what stands in for it. */
export const partsOf = (text: string, pattern: RegExp): readonly Part[] => {
  const parts: Part[] = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) parts.push(text.slice(last, match.index));
    const name = match.slice(1).find((group: string | undefined) => group !== undefined && group !== '');
    const fallback = match.groups?.fallback;
    parts.push({ name: name ?? null, ...(fallback === undefined ? {} : { fallback }) });
    last = match.index + match[0].length;
  }
  if (last < text.length || parts.length === 0) parts.push(text.slice(last));
  return parts;
};
