import { currentRun } from './run.js';

/** What stands at a place: the goal, or the places that it leads to. */
export type Step = 'goal' | readonly string[];

/** Whether a goal can be reached from a place, over any number of others. Answers are kept for one run. */
export class Search {
  #run = -1;
  readonly #known = new Map<string, boolean>();

  constructor(private readonly stepAt: (place: string) => Step) {}

  reaches(start: string): boolean {
    const run = currentRun();
    if (run !== this.#run) this.#known.clear();
    this.#run = run;
    const cameFrom = new Map<string, string | null>([[start, null]]);
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const known = this.#known.get(at);
      if (known === false) continue;
      const step = known === true ? 'goal' : this.stepAt(at);
      if (step === 'goal') {
        for (let on: string | null = at; on !== null; on = cameFrom.get(on) ?? null) this.#known.set(on, true);
        return true;
      }
      for (const next of step) {
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, at);
        open.push(next);
      }
    }
    for (const place of cameFrom.keys()) this.#known.set(place, false);
    return false;
  }
}
