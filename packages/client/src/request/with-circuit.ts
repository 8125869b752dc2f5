import type { CircuitBreaker } from '../circuit/circuit-breaker.js';
import { AnswerUnreadable, BrokerUnreachable, CallTimeout, CircuitOpen, TokenRefused } from '../error/index.js';
import { unlessAborted } from '../runtime/unless-aborted.js';
import { identityText, IssueTooSoon } from '../vault/contract.js';
import { BeforeSend, CodedFault, type Call, type Candidate, type Step } from './contract.js';
import type { SendWithPermit } from './with-permit.js';

/**
 * Leaves keys out whose circuit is open: the broker has answered nobody by them for a while. Without any other key the call
 * ends at once with HUB_CIRCUIT_OPEN, unless it is the one that is let through to see whether the broker is back.
 */
export const withCircuit =
  (breaker: CircuitBreaker): Step =>
  (next) =>
  async (call) => {
    let { candidates } = call;
    for (;;) {
      const { release, ...leave } = await leaveOf(breaker, { ...call, candidates });
      try {
        return await next({ ...call, ...leave, ...vainOf(breaker, leave.candidates) });
      } catch (error) {
        candidates = candidates.filter((candidate) => !breaker.isOpen(accountOf(candidate)));
        // It opened while this call waited for its turn; nothing was sent, so another key will do.
        if (!isOpened(error) || candidates.length === 0) throw error;
      } finally {
        release?.();
      }
    }
  };

interface Leave {
  readonly candidates: readonly Candidate[];
  /** Of a call that is let through: to be called when it has ended. */
  readonly release?: () => void;
}

/** Ends a call's wait for its turn as soon as no key is left to make it. Whom an open circuit lets through waits on. */
const vainOf = (breaker: CircuitBreaker, candidates: readonly Candidate[]): Pick<Call, 'onVain'> => {
  if (candidates.some(({ probe }) => probe === true)) return {};
  const accounts = candidates.map(accountOf);
  return {
    onVain: (tell) =>
      breaker.onAllOpen(accounts, () => {
        tell(breaker.refusal(accounts));
      }),
  };
};

const accountOf = ({ identity }: Candidate): string => identityText(identity);

const isOpened = (error: unknown): boolean => error instanceof BeforeSend && error.cause instanceof CircuitOpen;

const leaveOf = async (breaker: CircuitBreaker, { candidates, replayable, signal }: Call): Promise<Leave> => {
  const accounts = candidates.map(accountOf);
  if (!breaker.knows(accounts)) {
    await unlessAborted(breaker.meet(accounts), signal).catch((error: unknown) => {
      throw new BeforeSend(error);
    });
  }
  const closed = candidates.filter((candidate) => !breaker.isOpen(accountOf(candidate)));
  if (closed.length === candidates.length) return { candidates };
  // An order goes by a key that works. Only where there is none it finds out whether the broker is back.
  const due = replayable || closed.length === 0 ? candidates.filter((one) => breaker.isDue(accountOf(one))) : [];
  for (const candidate of due) {
    const release = await breaker.probe(accountOf(candidate));
    if (release !== undefined) return { candidates: [{ ...candidate, probe: true }], release };
    if (!breaker.isOpen(accountOf(candidate))) return { candidates: [candidate] };
  }
  if (closed.length > 0) return { candidates: closed };
  throw breaker.refusal(accounts);
};

/** The last look before a call leaves: it may have waited for its turn since it got through. */
export const withOpenCheck =
  (breaker: CircuitBreaker) =>
  (next: SendWithPermit): SendWithPermit =>
  async (call, permit) => {
    const account = accountOf(call);
    if (call.probe !== true && breaker.isOpen(account)) throw new BeforeSend(breaker.refusal([account]));
    return next(call, permit);
  };

/** Tells the circuit what became of every request, token requests included. */
export const withOutcome =
  (breaker: CircuitBreaker) =>
  (next: SendWithPermit): SendWithPermit =>
  async (call, permit) => {
    const account = accountOf(call);
    try {
      const answer = await next(call, permit);
      breaker.answered(account);
      return answer;
    } catch (error) {
      const failure = error instanceof BeforeSend ? error.cause : error;
      if (isOutage(failure)) breaker.failed(account, failure.code);
      else if (isWord(failure)) breaker.answered(account);
      throw error;
    }
  };

/** Nobody answered, or something in between did. What the broker refuses in its own words is no outage, whatever it is. */
const isOutage = (error: unknown): error is BrokerUnreachable | CallTimeout | AnswerUnreadable =>
  error instanceof BrokerUnreachable ||
  error instanceof CallTimeout ||
  (error instanceof AnswerUnreadable && error.status >= 500);

const isWord = (error: unknown): boolean =>
  error instanceof CodedFault || error instanceof TokenRefused || error instanceof IssueTooSoon;
