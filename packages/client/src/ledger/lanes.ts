import type { Budget, PermitRequest, Priority } from './contract.js';
import { priorities } from './contract.js';
import { Lane, type LaneHost } from './lane.js';

/** Lanes are kept for who comes again, up to so many; beyond that only those that are in use. */
const mostKept = 64;

/** Callers of this process that wait with turns of their own; further ones share the turns of those without a label. */
const mostCallers = 32;

/** The lanes of this process in one account: one for every set of budgets, class and caller. */
export class Lanes {
  readonly #byName = new Map<string, Lane>();
  readonly #byKey = new Map<string, Lane>();
  #made = 0;

  constructor(
    private readonly member: string,
    private readonly host: LaneHost,
  ) {}

  /** The lane of such requests. */
  of({ budgets, caller, weight = 1 }: Pick<PermitRequest, 'budgets' | 'caller' | 'weight'>, priority: Priority): Lane {
    const flow = caller ?? this.member;
    const name = `${budgetsText(budgets)}\t${priority}\t${String(weight)}\t${flow}`;
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= mostKept) this.#dropIdle();
    if (caller !== undefined && !this.#hasRoomFor(caller)) return this.of({ budgets }, priority);
    this.#made += 1;
    const key = `${this.member}/${String(this.#made)}`;
    const lane = new Lane({ key, budgets, priority, flow, weight }, this.host);
    this.#byName.set(name, lane);
    this.#byKey.set(key, lane);
    return lane;
  }

  #dropIdle(): void {
    for (const [name, lane] of this.#byName) {
      if (!lane.idle) continue;
      this.#byName.delete(name);
      this.#byKey.delete(lane.kind.key);
    }
  }

  #hasRoomFor(caller: string): boolean {
    if (this.#byName.size < mostCallers) return true;
    const callers = new Set(this.waiting.map(({ kind }) => kind.flow));
    return callers.has(caller) || callers.size < mostCallers;
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

  answered(): void {
    for (const lane of this.#byName.values()) lane.answered();
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
