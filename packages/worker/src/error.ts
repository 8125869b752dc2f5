import { HubError, isHubError } from '@hub/client';

/** A failure as it travels through the queues: what `runBackfill` reports is what the worker saw. */
export interface Failure {
  /** `HUB_…`. */
  readonly code: string;
  readonly message: string;
  /** What the person in front of the screen can do next, one sentence. */
  readonly remedy: string;
}

/** Nobody answers for this store: no process holds the file as its writer. */
export class WriterAway extends HubError {
  readonly code = 'HUB_WRITER_AWAY';
  readonly remedy = 'Start `hub serve` for this file, or let `hub backfill` write it itself.';

  constructor(
    readonly storeId: string,
    waitedMs: number,
  ) {
    super(`No writer of store ${storeId} answered within ${waitedMs} ms`);
  }
}

/** Another process is the writer of this store already. */
export class WriterTaken extends HubError {
  readonly code = 'HUB_WRITER_TAKEN';
  readonly remedy: string;

  constructor(
    readonly storeId: string,
    readonly holder: { readonly pid: number; readonly host: string },
  ) {
    super(`Store ${storeId} has a writer already: pid ${holder.pid} on ${holder.host}`);
    this.remedy = `Stop pid ${holder.pid} on ${holder.host}, or publish to it.`;
  }
}

/** A job vanished from its queue without a result, also after it was published again. */
export class WindowLost extends HubError {
  readonly code = 'HUB_WINDOW_LOST';
  readonly remedy = 'Somebody empties the queue; find out who, then run the same backfill again.';

  constructor(readonly id: string) {
    super(`${id} vanished from its queue before it ended`);
  }
}

/** A calendar file cannot be read, or says something that it must not. Nothing was opened or sent. */
export class CalendarInvalid extends HubError {
  readonly code = 'HUB_CALENDAR_INVALID';
  readonly remedy =
    'Mend what is named: a list of { "day": "2027-01-04", "venue": "KRX", "state": "open", "open": "10:00", "close": "15:30", "reason": "…" }.';
  readonly exitCode = 2;

  constructor(
    readonly path: string,
    /** Each with its line and field. */
    readonly flaws: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`calendar file ${path}: ${flaws.join('; ')}`, options);
  }
}

/** There is no stored backfill of this name. */
export class PlanUnknown extends HubError {
  readonly code = 'HUB_PLAN_UNKNOWN';
  readonly remedy: string;

  constructor(
    readonly id: string,
    known: readonly string[],
  ) {
    super(`There is no plan ${id} for this store`);
    this.remedy =
      known.length === 0
        ? 'Make one with `hub backfill plan`, for the same --db.'
        : `Known are ${known.slice(0, 5).join(', ')}: see \`hub backfill status\`.`;
  }
}

/** A file of `hub backfill schedule` is none. */
export class ScheduleInvalid extends HubError {
  readonly code = 'HUB_SCHEDULE_INVALID';
  readonly remedy = 'Mend the fields that are named; docs/guide/backfill.md shows a whole file.';

  constructor(
    readonly file: string,
    /** One for each field that is wrong, by its name. */
    readonly problems: readonly string[],
  ) {
    super(`${file}: ${problems.slice(0, 5).join('; ')}`);
  }
}

/** Errors without a code are faults of ours; their text is kept, nothing else of them. */
export const failureOf = (error: unknown): Failure => {
  if (isHubError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
  return {
    code: 'HUB_UNEXPECTED',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'This is a fault of the hub; report it with this text.',
  };
};
