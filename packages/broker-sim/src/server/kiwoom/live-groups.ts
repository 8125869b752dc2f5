import { feedName } from '../live/session.js';

/** One type of one item. */
export interface Pair {
  readonly type: string;
  readonly item: string;
}

/** Which group of a session holds which feeds. A feed lives as long as one group holds it. */
export class Groups {
  readonly #groups = new Map<string, Map<string, Pair>>();

  /** Items that would be held, over all groups and in this one, if these were added. */
  itemsWith(group: string, pairs: readonly Pair[]): { all: number; ofGroup: number } {
    const ofGroup = new Set([...(this.#groups.get(group)?.values() ?? []), ...pairs].map(({ item }) => item));
    const all = new Set(ofGroup);
    for (const held of this.#groups.values()) for (const { item } of held.values()) all.add(item);
    return { all: all.size, ofGroup: ofGroup.size };
  }

  add(group: string, pair: Pair): void {
    const held = this.#groups.get(group) ?? new Map<string, Pair>();
    this.#groups.set(group, held.set(feedName(pair.type, pair.item), pair));
  }

  /** True when no group holds it any more. */
  remove(group: string, { type, item }: Pair): boolean {
    const name = feedName(type, item);
    this.#groups.get(group)?.delete(name);
    return ![...this.#groups.values()].some((held) => held.has(name));
  }

  clear(): void {
    this.#groups.clear();
  }
}
