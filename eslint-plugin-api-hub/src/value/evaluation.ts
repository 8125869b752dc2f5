import type { FileIndex } from '../ast/file-index.js';
import type { FunctionNode, Node } from '../ast/tree.js';
import type { Text } from './text.js';

/** What the parameters of a local function are while one call of it is evaluated. */
export interface Frame {
  readonly fn: FunctionNode;
  readonly args: readonly Node[];
  readonly outer: Frame | null;
  readonly depth: number;
}

/** An expression, together with the call in which it is looked at. */
export interface Source {
  readonly node: Node;
  readonly frame: Frame | null;
}

/**
 * The way to other files: what an imported name may be, as expressions of this file's kind. Today nothing is known of
 * them, and an imported base is a hole.
 */
export type Imported = (module: string, name: string) => readonly Source[];

export interface Evaluation {
  readonly file: FileIndex;
  readonly imported: Imported;
  /** Stands for a value that comes from elsewhere: the caller, another file. */
  readonly unknown: Source;
  /** Every string that an expression may be. */
  texts(source: Source): readonly Text[];
  /** The expressions in which its value is written: literals, objects, functions, classes, calls nobody knows. */
  follow(source: Source): readonly Source[];
}
