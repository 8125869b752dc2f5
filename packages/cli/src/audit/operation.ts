import { brokerHeaders, type Broker } from 'eslint-plugin-api-hub/evidence';

import type { Expression } from './expression.js';
import { textOf, type Values } from './values.js';

/** What stands within so many lines or statements of a call belongs to it. */
export const sameCall = 15;

interface Named {
  readonly text: string;
  readonly statement: number;
}

/** The operation that is named nearest to a place, for the remedy; of two as near the earlier one. */
export const nearestOperation = (
  expressions: readonly Expression[],
  values: Values,
): ((broker: Broker, near: Expression) => string | null) => {
  let all: Readonly<Record<Broker, readonly Named[]>> | undefined;
  return (broker, { statement }) => {
    // Most files have no finding, and need none of these.
    all ??= { kis: operationsOf('kis', expressions, values), kiwoom: operationsOf('kiwoom', expressions, values) };
    const own = all[broker];
    const behind = firstFrom(own, statement);
    // Statements are in their order, so that it is one of the two beside it.
    const before = own[firstFrom(own, own[behind - 1]?.statement ?? statement)];
    const distance = (each: Named | undefined): number => Math.abs((each?.statement ?? Infinity) - statement);
    const nearest = distance(own[behind]) < distance(before) ? own[behind] : before;
    return distance(nearest) <= sameCall ? (nearest?.text ?? null) : null;
  };
};

const operationsOf = (broker: Broker, expressions: readonly Expression[], values: Values): readonly Named[] => {
  const headers = brokerHeaders.filter((each) => each.broker === broker && each.value.source !== '^$');
  return expressions.flatMap(({ parts, statement }) => {
    const text = textOf(parts, values);
    return headers.some(({ value }) => value.test(text)) ? [{ text, statement }] : [];
  });
};

/** Where the first one is that stands in this statement or behind it. */
const firstFrom = (all: readonly Named[], statement: number): number => {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.statement ?? Infinity) < statement) low = middle + 1;
    else high = middle;
  }
  return low;
};
