import { CallInvalid, ConfigInvalid, HubClosed } from '../error/index.js';
import type { LedgerEvent } from '../ledger/contract.js';
import { sleep, type Clock } from '../runtime/clock.js';
import type { Notice, Notify } from '../runtime/notice.js';
import { EventStream } from './event-stream.js';
import type { QuotaLine } from './quota-line.js';
import { reportOf, spentReportOf, type QuotaAccount, type QuotaSpent } from './quota-report.js';

/**
 * What happened to the quota. Every event can be written as JSON; `at` is UTC epoch ms of this machine. `retry`: the broker
 * refused a call of this process as one too many. `token-limit`: somebody outside the hub took the token of this minute.
 * `key-isolated`: this process leaves a key alone for a while. `dropped`: so many events were lost because the reader was slow.
 */
export type QuotaEvent = { readonly at: number } & (
  | LedgerEvent
  | Extract<Notice, { kind: 'retry' | 'token-limit' | 'key-isolated' }>
  | { readonly kind: 'dropped'; readonly count: number }
);

export interface QuotaParts {
  /** Undefined: this hub has no way to the gatekeeper. */
  readonly line: QuotaLine | undefined;
  readonly clock: Clock;
  /** Tells of everything that makes a call take its time; the returned function stops that. */
  readonly onNotice: (listener: Notify) => () => void;
}

/** How many events wait for a slow reader. */
const capacity = 1_000;
/** Sums are kept for a day. */
const longestSinceMs = 86_400_000;
/** Accounts of others are looked for so often, in service mode. */
const lookEveryMs = 10_000;

/** The shared quota of a hub's accounts: what it is now, why, and what happens to it. Made by `createHub`. */
export class Quota {
  readonly #parts: QuotaParts;
  readonly #streams = new Set<EventStream<QuotaEvent>>();
  #closed = false;

  constructor(parts: QuotaParts) {
    this.#parts = parts;
  }

  /**
   * One entry per account of this hub, also for one that was never used; in service mode one per account that workers have
   * used within a day. Spends nothing. Rejects with HUB_REDIS_… when the gatekeeper does not serve it, and with HUB_CONFIG
   * when a hub in service mode has no `redis.gatekeeper`.
   */
  async snapshot(): Promise<readonly QuotaAccount[]> {
    const line = this.#line();
    const { clock } = this.#parts;
    const reports = (await line.accounts()).map(async (route) =>
      reportOf(await line.ledger.snapshot(route.account), route, clock.now()),
    );
    return Promise.all(reports);
  }

  /**
   * Who spent how much of every account in the last `sinceMs` (a whole number from 1 to a day), by caller and class. The sums
   * are made by the scripts that grant the slots, so they are those of the ledger. Spends nothing. Rejects with HUB_CALL_INVALID when
   * `sinceMs` is something else, and like `snapshot`.
   */
  async spent({ sinceMs }: { readonly sinceMs: number }): Promise<readonly QuotaSpent[]> {
    if (!Number.isInteger(sinceMs) || sinceMs < 1 || sinceMs > longestSinceMs) {
      throw new CallInvalid(
        `quota.spent: sinceMs is ${String(sinceMs)}`,
        `Give a whole number of milliseconds from 1 to ${String(longestSinceMs)} (a day): { sinceMs: 600_000 }.`,
      );
    }
    const line = this.#line();
    const { clock } = this.#parts;
    const reports = (await line.accounts()).map(async ({ account }) =>
      spentReportOf(await line.ledger.spent(account, sinceMs), clock.now()),
    );
    return Promise.all(reports);
  }

  /**
   * What happens from now on: `narrowed` by whichever process, the rest as this one sees it. Never blocks anybody: 1000
   * events wait for the reader, then the oldest are dropped and counted. Ends with the signal and with the hub; rejects like
   * `snapshot` when the gatekeeper cannot be reached at the start.
   */
  events({ signal }: { readonly signal?: AbortSignal } = {}): AsyncIterableIterator<QuotaEvent> {
    const line = this.#line();
    const { clock, onNotice } = this.#parts;
    const ended = new AbortController();
    const stamped = (event: LedgerEvent | Notice): void => {
      stream.push({ at: clock.now(), ...event } as QuotaEvent); // the kinds of notices below
    };
    const stops = [
      line.ledger.listen(stamped),
      onNotice((notice) => {
        const tooMany = notice.kind === 'retry' && notice.code === 'HUB_BROKER_BUSY';
        if (tooMany || notice.kind === 'token-limit' || notice.kind === 'key-isolated') stamped(notice);
      }),
    ];
    const end = (): void => {
      stream.end();
    };
    const stream = new EventStream<QuotaEvent>({
      capacity,
      gap: (count) => ({ at: clock.now(), kind: 'dropped', count }),
      onEnd: () => {
        ended.abort();
        for (const stop of stops) stop();
        signal?.removeEventListener('abort', end);
        this.#streams.delete(stream);
      },
    });
    this.#streams.add(stream);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    void this.#observe(line, stream, ended.signal);
    return stream;
  }

  /** Ends every stream of events. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#streams) stream.end();
  }

  /** Hears of the accounts that this process may never spend from; looks for new ones now and then. */
  async #observe(line: QuotaLine, stream: EventStream<QuotaEvent>, ended: AbortSignal): Promise<void> {
    for (let first = true; !ended.aborted; first = false) {
      try {
        const routes = await line.accounts();
        await Promise.all(routes.map(({ account }) => line.ledger.observe(account)));
      } catch (error) {
        // Later on the gatekeeper may be away for a while.
        if (first) stream.end({ error });
      }
      await sleep(this.#parts.clock, lookEveryMs, ended);
    }
  }

  #line(): QuotaLine {
    if (this.#closed) throw new HubClosed();
    const { line } = this.#parts;
    if (line !== undefined) return line;
    throw new ConfigInvalid(
      ['redis.gatekeeper (REDIS_URL_GATEKEEPER) is missing: the quota is kept there'],
      'Set REDIS_URL_GATEKEEPER to the server that the workers use, or look where the keys are: `hub quota`.',
    );
  }
}
