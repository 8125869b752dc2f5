import type { FileIndex } from '../ast/file-index.js';
import type { FunctionNode, Node } from '../ast/tree.js';
import type { ModuleGraph } from '../graph/module-graph.js';
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

export interface Evaluation {
  readonly file: FileIndex;
  /** The way to other files; without it what is imported is a hole. */
  readonly graph: ModuleGraph | null;
  /** Stands for a value that comes from elsewhere: the caller, another file. */
  readonly unknown: Source;
  /** Every string that an expression may be. */
  texts(source: Source): readonly Text[];
  /** The expressions in which its value is written: literals, objects, functions, classes, calls nobody knows. */
  follow(source: Source): readonly Source[];
}
