import { StoreError } from './store-error.js';

/** What was to be written lies where it must not: nothing was written. */
export class ExportRefused extends StoreError {
  readonly code = 'HUB_EXPORT_REFUSED';
  readonly remedy = 'Name another path: a snapshot replaces snapshots only, and no store that is in use.';

  constructor(
    readonly path: string,
    why: string,
  ) {
    super(`${path} ${why}; nothing was written.`);
  }
}
