import { StoreError } from './store-error.js';

/** Who holds the file, as far as the system tells. */
export interface Holder {
  readonly pid: number | undefined;
  readonly program: string | undefined;
}

const describeHolder = ({ pid, program }: Holder): string =>
  `${pid === undefined ? 'another process' : `process ${pid}`}${program === undefined ? '' : ` (${program})`}`;

/** The file has another writer, or a reader that keeps writers out. `holderPid` is our own when this process has it. */
export class StoreLocked extends StoreError {
  readonly code = 'HUB_STORE_LOCKED';
  readonly remedy: string;
  readonly holderPid: number | undefined;
  readonly holderProgram: string | undefined;

  constructor(
    readonly path: string,
    holder: Holder,
    options?: ErrorOptions,
  ) {
    super(`${path} is held by ${describeHolder(holder)}; a store has one writer.`, options);
    this.holderPid = holder.pid;
    this.holderProgram = holder.program;
    const release =
      holder.pid === process.pid
        ? 'Use the store that this process has open already, or close it first'
        : `Stop ${holder.pid === undefined ? 'that process' : `pid ${holder.pid}`}`;
    this.remedy = `${release}, or let \`hub serve\` own the file and publish to it.`;
  }
}

/** The file is there but is no store: damaged, of another program, or not readable for this user. */
export class StoreUnreadable extends StoreError {
  readonly code = 'HUB_STORE_UNREADABLE';
  readonly remedy = 'Check the path and its rights; choose another file, or restore this one from a copy.';

  constructor(
    readonly path: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${path} cannot be opened as a store: ${reason}`, options);
  }
}

/** The file was written by a newer version of this package. */
export class StoreNewer extends StoreError {
  readonly code = 'HUB_STORE_NEWER';
  readonly remedy = 'Update @hub/store to the version that wrote the file.';

  constructor(
    readonly path: string,
    readonly schemaVersion: number,
    readonly knownVersion: number,
  ) {
    super(`${path} has schema version ${schemaVersion}; this package knows versions up to ${knownVersion}.`);
  }
}

/** A migration that this file has run is not the one that this package ships under the same number. */
export class MigrationChanged extends StoreError {
  readonly code = 'HUB_STORE_MIGRATION_CHANGED';
  readonly remedy = 'Use the package that created the file: a shipped migration is never edited, a new one is added.';

  constructor(
    readonly path: string,
    readonly migration: string,
  ) {
    super(`${path} was created with another text of migration ${migration}.`);
  }
}

/** The store is closed, or being closed: nothing was read or written. */
export class StoreClosed extends StoreError {
  readonly code = 'HUB_STORE_CLOSED';
  readonly remedy = 'Open the store again; close it only after the last call.';

  constructor(readonly path: string) {
    super(`${path} is closed.`);
  }
}
