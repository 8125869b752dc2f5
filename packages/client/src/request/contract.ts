import type { BrokerFault } from '../error/index.js';
import type { Budget, Priority, Urgency } from '../ledger/contract.js';
import type { CallReport } from '../observe/observation.js';
import type { Identity, TokenRecord } from '../vault/contract.js';

/** Real trading, or paper trading (모의투자): other hosts, other keys, other limits. */
export type Environment = 'real' | 'paper';

/** What must leave the process: no token or secret in `path`, they are headers or body. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, relative to the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A successful answer, decoded from JSON. */
export interface Answer<Body = Readonly<Record<string, unknown>>> {
  /** HTTP status. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body as the broker sent it; with the brokers' habit, every value is a string. */
  readonly body: Body;
  /** Instant at which the answer was complete, UTC epoch ms. */
  readonly receivedAt: number;
  /** Names this call in provenance. */
  readonly requestId: string;
  /** The broker's operation that answered: KIS `tr_id`, Kiwoom `api-id`. */
  readonly tr: string;
  /** Whose quota it spent: the first 12 hex digits of SHA-256(app key). */
  readonly keyId: string;
}

/** What a broker's answer calls for. See the broker's error catalogue. */
export type Reaction =
  /** Get a newer token and repeat. */
  | 'renew'
  /** Wait and repeat. */
  | 'wait'
  /** Repeat if the call is idempotent. */
  | 'repeat'
  /** The request, the key or the rights are wrong: never repeat. */
  | 'fix'
  /** The outcome is unknown: repeat reads, ask the user to verify orders. */
  | 'verify'
  /** Never repeat. */
  | 'stop';

/** One key that may make a call, and the call in its terms. */
export interface Candidate {
  readonly identity: Identity;
  /** The lines of the key's account that the call spends from. */
  readonly budgets: readonly Budget[];
  /** What must be in no answer, beside the token: errors and records quote answers. */
  readonly secrets: readonly string[];
  /** Account numbers that must be in no error; its answers are the caller's own. */
  readonly accounts?: () => readonly string[];
  /** Builds the request at the send, with the freshest token. */
  readonly encode: (token: string) => WireRequest;
  /** Set by withCircuit: the call finds out whether the broker is back, so it goes though the circuit is open. */
  readonly probe?: boolean;
  /** Set by withToken. */
  readonly token?: TokenRecord;
}

/** One call on its way through the chain. */
export interface Call {
  readonly requestId: string;
  readonly endpoint: string;
  readonly tr: string;
  /** False for orders: never sent again after bytes have left. */
  readonly replayable: boolean;
  /** The endpoint that tells what became of a non-replayable call. */
  readonly inquiry: string;
  /** The keys that may make it; which one does is decided by the first permit. */
  readonly candidates: readonly Candidate[];
  readonly priority: Priority;
  /** May become more urgent than `priority` while it waits. */
  readonly urgency?: Urgency;
  /** Whose share of its class it spends; that of this process when it is left out. */
  readonly caller?: string;
  /** Of that caller among the others. */
  readonly weight?: number;
  /** Digest of a read that may join an equal one; see questionOf. */
  readonly question?: string;
  readonly signal: AbortSignal;
  /**
   * Set by withCircuit: tells whoever waits for its turn that this is in vain, and what the call ends with; at once where it is
   * so already. The returned function stops that.
   */
  readonly onVain?: (tell: (why: Error) => void) => () => void;
  /** Of one attempt, from its permit to its last byte. */
  readonly timeoutMs: number;
  /** Runs with the permit in hand, before the bytes leave; when it rejects, the call is over and nothing was sent. */
  readonly beforeSend?: () => Promise<void>;
  /** Answer, or throws: CodedFault for the broker's errors, AnswerUnreadable for anything else. */
  readonly decode: (response: WireResponse) => Answer['body'];
  /** Told of what the call goes through, where somebody watches. */
  readonly report?: CallReport;
  /** Set by withRetry: the generation of a token that the broker rejected in this call, by the id of its key. */
  readonly rejected?: ReadonlyMap<string, number>;
}

/** A call that has its permit, and with it its key. */
export interface KeyedCall extends Call, Candidate {}

export type Send = (call: Call) => Promise<Answer>;
export type Step = (next: Send) => Send;

/** What went wrong before the request itself could leave: its outcome is known, nothing was sent. */
export class BeforeSend extends Error {
  override readonly name = 'BeforeSend';

  constructor(
    cause: unknown,
    /** Somebody decided that the call must not leave, so there is no other attempt. */
    readonly final = false,
  ) {
    super('before the send', { cause });
  }
}

/** A budget that the broker says is spent; `told` is its own figure, in calls per window, where it names one. */
export interface RefusedBudget {
  readonly budget: string;
  readonly told?: number;
}

/** What else is known of an error answer. */
export interface FaultFacts {
  /** The broker counted this call as one too many. */
  readonly refusedBudget?: RefusedBudget;
  /** The key was turned away, not the call: another key may do. */
  readonly ofKey?: boolean;
  /** The key that the call went by and the generation of its token, known once it has left. */
  readonly sentBy?: { readonly keyId: string; readonly generation: number };
}

/** An error answer of a broker with the reaction of its catalogue; the retry step turns it into a public error. */
export class CodedFault extends Error {
  constructor(
    readonly fault: BrokerFault,
    readonly reaction: Reaction,
    readonly remedy: string,
    readonly facts: FaultFacts = {},
  ) {
    super(`${fault.brokerCode} ${fault.brokerMessage}`);
    this.name = 'CodedFault';
  }

  /** The same fault in words that hide what `redact` does. */
  redacted(redact: (text: string) => string): CodedFault {
    const fault = { ...this.fault, brokerMessage: redact(this.fault.brokerMessage) };
    return new CodedFault(fault, this.reaction, this.remedy, this.facts);
  }

  /** The same fault with more known of it. */
  with(facts: FaultFacts): CodedFault {
    return new CodedFault(this.fault, this.reaction, this.remedy, { ...this.facts, ...facts });
  }
}
