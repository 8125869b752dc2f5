import type { Node } from '../ast/tree.js';

/** Part of a file, and what is written there instead. */
export interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

export const replaced = ({ range }: Node, text: string): Edit => ({ range, text });

/** A statement, with its line break and the indentation of the line behind it. */
export const removed = ({ range: [start, end] }: Node, source: string): Edit => ({
  range: [start, end + (/^[ \t]*(?:\r?\n[ \t]*)?/.exec(source.slice(end))?.[0].length ?? 0)],
  text: '',
});
