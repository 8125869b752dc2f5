import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import type { FileIndex } from '../ast/file-index.js';
import { type Node, bare, isFunction, rootOf } from '../ast/tree.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Evaluation, Frame, Source } from './evaluation.js';
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

/** What its types say that an expression may be; null where they say no more than "a string". */
export type LiteralTypes = (node: Node) => readonly Text[] | null;

export interface EvaluatorParts {
  readonly graph?: ModuleGraph | null;
  readonly types?: LiteralTypes | null;
}

/** The file with those behind it: a node of another file is asked for there. */
const linked = (file: FileIndex, graph: ModuleGraph | null): FileIndex =>
  graph === null
    ? file
    : {
        ...file,
        variableOf: (name) => file.variableOf(name) ?? graph.indexOf(name)?.variableOf(name) ?? null,
        assignedToThis: (owner, key) => (graph.indexOf(owner) ?? file).assignedToThis(owner, key),
        returnsOf: (fn) => (graph.indexOf(fn) ?? file).returnsOf(fn),
        callsIn: (body) => (graph.indexOf(body) ?? file).callsIn(body),
      };

/**
 * Which strings an expression can be, in this file and those that it imports, without running it. A set, not one value: a member with an
 * unknown key may be any member, and either side of a condition counts.
 */
export const createEvaluator = (own: FileIndex, { graph = null, types = null }: EvaluatorParts = {}): Evaluator => {
  const file = linked(own, graph);
  const followed = new Map<Node, readonly Node[]>();
  let stepsOfFile = maxStepsPerFile;

  const orByType = (node: Node, texts: readonly Text[]): readonly Text[] => {
    const isUnknown = texts.length === 1 && texts[0] === hole;
    // Types are those of the linted file's own nodes, and a whole file stands for what nobody knows.
    if (types === null || !isUnknown || node.type === Type.Program || rootOf(node) !== own.sourceCode.ast) return texts;
    return types(node) ?? texts;
  };

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
      graph,
      unknown,
      touched,
      follow: guarded<readonly Source[]>([unknown], (source) => followAll(source, evaluation)),
      texts: guarded<readonly Text[]>([hole], (source) =>
        orByType(source.node, union(...evaluation.follow(source).map((value) => textsOfValue(value, evaluation)))),
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
      const inner = within === undefined ? [] : member(whole, within);
      const objects = within === undefined ? whole : inner.flatMap((one) => evaluation.follow(one));
      const members = keys.flatMap((key) => [
        ...member(objects, key),
        ...inner.flatMap((one) => assignedLater(bare(one.node), key, one.frame, evaluation)),
      ]);
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
