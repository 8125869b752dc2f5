import { AST_NODE_TYPES as Type } from '@typescript-eslint/utils';

import type { FileIndex } from '../ast/file-index.js';
import { type Node, isFunction } from '../ast/tree.js';
import type { Evaluation, Frame, Imported, Source } from './evaluation.js';
import { followAll } from './follow.js';
import { assignedLater, membersNamed } from './members.js';
import { type Text, hole, union } from './text.js';
import { textsOfValue } from './texts.js';

/** What was asked, and every node that was looked at on the way: what took part in a reported call is not reported again. */
export interface Evaluated {
  readonly texts: readonly Text[];
  readonly touched: ReadonlySet<Node>;
}

export interface Evaluator {
  texts(node: Node): Evaluated;
  /** The strings that `node.key` may be, for each of the keys; or `node.within.key`. */
  members(node: Node, keys: readonly string[], within?: string): Evaluated;
  follow(node: Node): readonly Node[];
  readonly file: FileIndex;
}

/**
 * Looks at so many expressions for one question, one within the other, and for all questions about a file; beyond that,
 * and in a circle, a value is unknown. Bundled code reaches every one of these bounds, code that people write none.
 */
const maxSteps = 1000;
const maxDepth = 100;
const maxStepsPerFile = 300_000;

const mayHaveMembers = (node: Node): boolean =>
  !isFunction(node) && node.type !== Type.Literal && node.type !== Type.TemplateLiteral;

const nothingImported: Imported = () => [];

/**
 * Which strings an expression can be, within one file and without running it. A set, not one value: a member with an
 * unknown key may be any member, and either side of a condition counts.
 */
export const createEvaluator = (file: FileIndex, imported: Imported = nothingImported): Evaluator => {
  const followed = new Map<Node, readonly Node[]>();
  let stepsOfFile = maxStepsPerFile;

  const begin = (): Evaluation & { readonly touched: Set<Node> } => {
    const touched = new Set<Node>();
    let stepsLeft = Math.min(maxSteps, stepsOfFile);
    let depth = 0;

    /** Runs `look` unless this very question is being answered already, or enough has been looked at. */
    const guarded = <T>(elsewhere: T, look: (source: Source) => T): ((source: Source) => T) => {
      const open = new Map<Frame | null, Set<Node>>();
      return (source) => {
        const ofFrame = open.get(source.frame) ?? new Set<Node>();
        open.set(source.frame, ofFrame);
        if (stepsLeft <= 0 || depth >= maxDepth || ofFrame.has(source.node)) return elsewhere;
        stepsLeft -= 1;
        stepsOfFile -= 1;
        depth += 1;
        touched.add(source.node);
        ofFrame.add(source.node);
        try {
          return look(source);
        } finally {
          depth -= 1;
          ofFrame.delete(source.node);
        }
      };
    };

    const unknown: Source = { node: file.sourceCode.ast, frame: null };
    const evaluation: Evaluation & { readonly touched: Set<Node> } = {
      file,
      imported,
      unknown,
      touched,
      follow: guarded<readonly Source[]>([unknown], (source) => followAll(source, evaluation)),
      texts: guarded<readonly Text[]>([hole], (source) =>
        union(...evaluation.follow(source).map((value) => textsOfValue(value, evaluation))),
      ),
    };
    return evaluation;
  };

  return {
    file,
    texts: (node) => {
      const evaluation = begin();
      const texts = evaluation.texts({ node, frame: null });
      return { texts, touched: evaluation.touched };
    },
    members: (node, keys, within) => {
      if (!mayHaveMembers(node)) return { texts: [], touched: new Set() };
      const evaluation = begin();
      const source: Source = { node, frame: null };
      const member = (objects: readonly Source[], key: string): readonly Source[] => [
        ...membersNamed(objects, key, evaluation),
        ...assignedLater(node, key, null, evaluation),
      ];
      const whole = evaluation.follow(source);
      const objects = within === undefined ? whole : member(whole, within).flatMap((one) => evaluation.follow(one));
      const members = keys.flatMap((key) => member(objects, key));
      const texts = union(...members.map((one) => evaluation.texts(one)));
      return { texts, touched: evaluation.touched };
    },
    follow: (node) => {
      const known = followed.get(node);
      if (known !== undefined) return known;
      const nodes = begin()
        .follow({ node, frame: null })
        .map((source) => source.node);
      followed.set(node, nodes);
      return nodes;
    },
  };
};
