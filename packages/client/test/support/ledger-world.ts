import { RedisRefused, RedisUnreachable } from '../../src/error/index.js';
import { protocol, type LedgerEvent, type Permit, type PermitRequest } from '../../src/ledger/contract.js';
import type { SlotStore } from '../../src/ledger/store-contract.js';
import { memorySlotStore } from '../../src/ledger/memory/slot-store.js';
import { sharedLedger } from '../../src/ledger/shared-ledger.js';
import type { Notice } from '../../src/runtime/notice.js';
import { fakeClock, type FakeClock } from '../../src/testing/index.js';

const gone = () => new RedisUnreachable('gatekeeper', 'redis://127.0.0.1:1');
const refusal = () => new RedisRefused('gatekeeper', "READONLY You can't write against a read only replica.");

/** How words between a process and the store fare; a store that refuses answers, but changes nothing. */
export type Line = 'open' | 'cut' | 'replies-lost' | 'refusing';

/** A store behind a line that can be cut; what was said is on record. */
export const lineTo = (store: SlotStore) => {
  const line: { state: Line; epoch?: string; readonly words: string[] } = { state: 'open', words: [] };
  const silent = (...states: readonly Line[]): boolean => states.includes(line.state);
  const over =
    <Args extends unknown[], T>(name: string, word: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      line.words.push(name);
      if (silent('cut')) throw gone();
      if (line.state === 'refusing' && !['reach', 'epoch', 'watch'].includes(name)) throw refusal();
      const reply = await word(...args);
      if (silent('cut', 'replies-lost')) throw gone();
      return reply;
    };
  const far: SlotStore = {
    acquire: over('acquire', store.acquire),
    complete: over('complete', store.complete),
    cancel: over('cancel', store.cancel),
    heartbeat: over('heartbeat', store.heartbeat),
    narrow: over('narrow', store.narrow),
    snapshot: over('snapshot', store.snapshot),
    spent: over('spent', store.spent),
    accounts: over('accounts', store.accounts),
    watch: over('watch', store.watch),
    reach: over('reach', store.reach),
    epoch: over('epoch', async () => line.epoch ?? store.epoch()),
  };
  return { line, far };
};

export const account = 'kis:real:0123456789ab';

/** One process of an account on a fake clock; several share a store. */
export const openMember = (clock: FakeClock, store: SlotStore = memorySlotStore(clock)) => {
  const { line, far } = lineTo(store);
  const notices: Notice[] = [];
  const events: LedgerEvent[] = [];
  const ledger = sharedLedger({ store: far, clock, notify: (notice) => notices.push(notice), protocol });
  ledger.listen((event) => events.push(event));
  const acquire = (request: Partial<PermitRequest> = {}): Promise<Permit> =>
    ledger.acquire({
      account,
      budgets: [{ name: 'total', limit: 5, windowMs: 1_000 }],
      leaseMs: 1_000,
      priority: 'interactive',
      signal: new AbortController().signal,
      ...request,
    });
  /** Sends one call that is answered at once, every time it may, until stopped; tells when each was sent. */
  const saturate = () => {
    const sent: number[] = [];
    const stop = new AbortController();
    const loop = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const permit = await acquire({ signal: stop.signal });
        permit.claim();
        sent.push(clock.now());
        permit.complete();
      }
    };
    const done = Promise.allSettled(Array.from({ length: 8 }, loop));
    return { sent, stop: () => (stop.abort(), done) };
  };
  return { ledger, line, notices, events, acquire, saturate };
};

export { fakeClock };
