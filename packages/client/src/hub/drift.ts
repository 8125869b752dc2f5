import type { BrokerName } from '../broker/contract.js';
import { kisLayouts } from '../broker/kis/layouts.js';
import { kiwoomLayouts } from '../broker/kiwoom/layouts.js';
import { differences, prepared, type Difference, type Layout } from '../broker/layout.js';
import type { Row } from '../broker/row.js';
import type { Notify } from '../runtime/notice.js';

/** A field that answers have beyond what is documented, or lack. Counted per row. */
export interface Drift extends Difference {
  readonly broker: BrokerName;
  /** By its name in the catalogue. */
  readonly endpoint: string;
  /** Rows of this hub that had it so. */
  readonly count: number;
}

/** Other names are garbage; they are counted together, and told as this. */
const nameless = '(no field name)';
const fieldName = /^[\w.]{1,60}$/;

/** An answer of garbage must not fill the memory: what comes after so many is not counted. */
const most = 1_000;

const layouts: Readonly<Record<BrokerName, Readonly<Record<string, Layout>>>> = {
  kis: kisLayouts,
  kiwoom: kiwoomLayouts,
};

const known = new Map(
  Object.entries(layouts).flatMap(([broker, ofBroker]) =>
    Object.entries(ofBroker).map(([endpoint, layout]) => [`${broker} ${endpoint}`, prepared(layout)] as const),
  ),
);

/** Notices when a broker's answers change: counts every difference, tells each once, and never fails. */
export class DriftBook {
  readonly #seen = new Map<string, { -readonly [Key in keyof Drift]: Drift[Key] }>();

  constructor(private readonly notify: Notify) {}

  /** Looks at the answers that the hub makes rows of; others have no layout here. */
  look(broker: BrokerName, endpoint: string, body: Row): void {
    const layout = known.get(`${broker} ${endpoint}`);
    if (layout === undefined) return;
    for (const difference of differences(layout, body)) this.#count({ broker, endpoint, ...difference });
  }

  list(): readonly Drift[] {
    return [...this.#seen.values()].map((drift) => ({ ...drift }));
  }

  #count(found: Omit<Drift, 'count'>): void {
    const told = { ...found, field: fieldName.test(found.field) ? found.field : nameless };
    const name = [told.broker, told.endpoint, told.change, told.field].join(' ');
    const before = this.#seen.get(name);
    if (before !== undefined) before.count += 1;
    else if (this.#seen.size < most) {
      this.#seen.set(name, { ...told, count: 1 });
      this.notify({ kind: 'drift', ...told });
    }
  }
}
