import { StoreError } from './store-error.js';

/** The disk or a file-size limit is reached. The transaction is rolled back and the store keeps what it had. */
export class StoreFull extends StoreError {
  readonly code = 'HUB_STORE_FULL';
  readonly remedy = 'Free space on that disk (or raise the file-size limit) and write the same batch again.';

  constructor(
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`${path} cannot grow: no space is left for it. Nothing of this write was kept.`, options);
  }
}

/** One thing that is wrong with a batch. `where` is a path into it, e.g. `rows[3].volume`. */
export interface Flaw {
  readonly where: string;
  readonly what: string;
}

const shown = 5; // a broken normaliser breaks every row the same way

/** The batch breaks the contract of `CandleBatch`; nothing of it was written. `flaws` lists all that is wrong. */
export class BatchInvalid extends StoreError {
  readonly code = 'HUB_BATCH_INVALID';
  readonly remedy = 'Mend what produced the batch; delivering it again unchanged will fail again.';

  constructor(
    readonly batchId: string,
    readonly flaws: readonly Flaw[],
  ) {
    const list = flaws.slice(0, shown).map(({ where, what }) => `${where} ${what}`);
    const rest = flaws.length > shown ? `; and ${flaws.length - shown} more` : '';
    super(`batch ${JSON.stringify(batchId)}: ${list.join('; ')}${rest}`);
  }
}
