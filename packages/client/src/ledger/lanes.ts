import type { Budget, PermitRequest, Priority } from './contract.js';
import { priorities } from './contract.js';
import { Lane, type LaneHost } from './lane.js';

/** The lanes of this process in one account: one for every set of budgets, class and caller. */
export class Lanes {
  readonly #byName = new Map<string, Lane>();
  readonly #byKey = new Map<string, Lane>();

  constructor(
    private readonly member: string,
    private readonly host: LaneHost,
  ) {}

  /** The lane of such requests. */
  of({ budgets, caller, weight = 1 }: PermitRequest, priority: Priority): Lane {
    const flow = caller ?? this.member;
    const name = `${budgetsText(budgets)}\t${priority}\t${String(weight)}\t${flow}`;
    let lane = this.#byName.get(name);
    if (lane === undefined) {
      const key = `${this.member}/${String(this.#byName.size + 1)}`;
      lane = new Lane({ key, budgets, priority, flow, weight }, this.host);
      this.#byName.set(name, lane);
      this.#byKey.set(key, lane);
    }
    return lane;
  }

  withKey(key: string): Lane | undefined {
    return this.#byKey.get(key);
  }

  /** Lanes where somebody waits, the most urgent class first. */
  get waiting(): Lane[] {
    return [...this.#byName.values()]
      .filter(({ waiters }) => waiters.length > 0)
      .sort((left, right) => rank(left) - rank(right));
  }

  /** Whose waiter may take a slot that was booked for `lane`: the most urgent class first, the lane itself among equals. */
  thatMayTakeFrom(lane: Lane): readonly Lane[] {
    if (this.#byName.size === 1) return [lane];
    const budgets = budgetsText(lane.kind.budgets);
    return this.waiting
      .filter((each) => each === lane || budgetsText(each.kind.budgets) === budgets)
      .sort((left, right) => rank(left) - rank(right) || Number(right === lane) - Number(left === lane));
  }

  come(): void {
    for (const lane of this.#byName.values()) lane.come();
  }

  failAll(error: Error): void {
    for (const lane of this.#byName.values()) lane.failAll(error);
  }
}

const rank = ({ kind }: Lane): number => priorities.indexOf(kind.priority);

/** A broker hands the same list out again and again. */
const texts = new WeakMap<readonly Budget[], string>();

const budgetsText = (budgets: readonly Budget[]): string => {
  const known = texts.get(budgets);
  if (known !== undefined) return known;
  const text = budgets
    .map(({ name, limit, windowMs, units = 1 }) => [name, limit, windowMs, units].join(' '))
    .join(', ');
  texts.set(budgets, text);
  return text;
};
