import { priorities, type Priority } from '../../ledger/contract.js';
import type { Clock } from '../../runtime/clock.js';
import { coalescing, type Outcome, type RoundMessage, type RoundStore } from '../contract.js';

interface Round {
  state: 'open' | 'sent' | 'over';
  priority: Priority;
  until: number;
  outcome?: Outcome;
  readonly followers: Set<string>;
}

const inboxOf = (round: string): string => round.split('/')[0] ?? '';

/** Rounds within one process, on its clock: for unit tests. */
export const memoryRoundStore = (clock: Pick<Clock, 'now'>): RoundStore => {
  const open = new Map<string, string>();
  const rounds = new Map<string, Round>();
  const inboxes = new Map<string, (message: RoundMessage) => void>();
  const alive = (question: string, round: string | undefined): Round | undefined => {
    const found = rounds.get(`${question} ${round ?? ''}`);
    return found !== undefined && found.until > clock.now() ? found : undefined;
  };
  /** In a later turn of the event loop, as over a wire. */
  const later = async <T>(answer: () => T): Promise<T> => {
    await Promise.resolve();
    return answer();
  };
  const end = (question: string, round: string): void => {
    if (open.get(question) === round) open.delete(question);
  };
  return {
    join: (question, round, priority) =>
      later(() => {
        const leader = open.get(question);
        const found = alive(question, leader);
        if (leader !== undefined && found?.state === 'open') {
          found.followers.add(inboxOf(round));
          if (priorities.indexOf(priority) < priorities.indexOf(found.priority)) {
            found.priority = priority;
            inboxes.get(inboxOf(leader))?.({ kind: 'raise', round: leader, priority });
          }
          return { kind: 'follow', round: leader, forMs: found.until - clock.now() };
        }
        open.set(question, round);
        const until = clock.now() + coalescing.leaseMs;
        rounds.set(`${question} ${round}`, { state: 'open', priority, until, followers: new Set() });
        return { kind: 'lead' };
      }),
    renew: (question, round) =>
      later(() => {
        const found = alive(question, round);
        if (found !== undefined) found.until = clock.now() + coalescing.leaseMs;
        return found !== undefined;
      }),
    close: (question, round) =>
      later(() => {
        const found = alive(question, round);
        if (found?.state !== 'open') return undefined;
        end(question, round);
        found.state = 'sent';
        found.until = found.followers.size === 0 ? clock.now() : clock.now() + coalescing.leaseMs;
        return found.followers.size;
      }),
    settle: (question, round, outcome) =>
      later(() => {
        const found = alive(question, round);
        end(question, round);
        if (found === undefined) return;
        Object.assign(found, { state: 'over', outcome, until: clock.now() + coalescing.keptMs });
        for (const inbox of found.followers) inboxes.get(inbox)?.({ kind: 'over', round });
      }),
    look: (question, round) =>
      later(() => {
        const found = alive(question, round);
        if (found === undefined) return { kind: 'gone' };
        const { outcome, until } = found;
        return outcome === undefined ? { kind: 'running', forMs: until - clock.now() } : { kind: 'over', outcome };
      }),
    listen: (inbox, listener) =>
      later(() => {
        inboxes.set(inbox, listener);
        return () => {
          inboxes.delete(inbox);
        };
      }),
  };
};
