/** Something that moves by steps; two states with the same key have the same future. */
export interface Model<State> {
  readonly initial: State;
  readonly next: (state: State) => Iterable<readonly [step: string, state: State]>;
  readonly key: (state: State) => string;
  /** What is wrong with a state; undefined: nothing. */
  readonly wrong: (state: State) => string | undefined;
}

export interface Exploration {
  readonly states: number;
  /** The shortest way to a state that is wrong. */
  readonly breach?: readonly string[];
}

interface Visit<State> {
  readonly state: State;
  readonly step: string;
  readonly from: Visit<State> | undefined;
}

const wayTo = <State>(visit: Visit<State> | undefined): string[] =>
  visit === undefined ? [] : [...wayTo(visit.from), visit.step];

/** Visits every state that can be reached, nearest first, until one of them is wrong. */
export const explore = <State>({ initial, next, key, wrong }: Model<State>): Exploration => {
  const known = new Set([key(initial)]);
  let visits: Visit<State>[] = [{ state: initial, step: 'start', from: undefined }];
  while (visits.length > 0) {
    const found: Visit<State>[] = [];
    for (const from of visits) {
      for (const [step, state] of next(from.state)) {
        const name = key(state);
        if (known.has(name)) continue;
        known.add(name);
        const visit = { state, step, from };
        const fault = wrong(state);
        if (fault !== undefined) return { states: known.size, breach: [...wayTo(visit), fault] };
        found.push(visit);
      }
    }
    visits = found;
  }
  return { states: known.size };
};
