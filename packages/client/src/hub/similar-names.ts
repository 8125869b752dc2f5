/** Pairs of letters that follow each other. */
const pairsOf = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_each, index) => text.slice(index, index + 2)));

/** How much alike two texts are, 0 to 1: twice the pairs that both have, by all of them (Dice). */
const likeness = (one: Set<string>, other: Set<string>): number =>
  (2 * [...one].filter((pair) => other.has(pair)).length) / Math.max(1, one.size + other.size);

/** Those of `known` that somebody who wrote `name` may have meant, the likeliest first; `count` of them, 3 unless given. */
export const similarNames = (name: string, known: readonly string[], count = 3): readonly string[] => {
  const pairs = pairsOf(name.toLowerCase());
  return known
    .map((each) => ({ each, like: likeness(pairs, pairsOf(each.toLowerCase())) }))
    .sort((one, other) => other.like - one.like)
    .slice(0, count)
    .map(({ each }) => each);
};
