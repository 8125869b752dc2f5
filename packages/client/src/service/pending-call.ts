import type { BrokerName, Endpoint, Page } from '../broker/contract.js';
import type { HubError } from '../error/index.js';
import type { Priority } from '../ledger/contract.js';
import type { Answer } from '../request/contract.js';

/** One call as its caller meant it. */
export interface CallRequest {
  readonly broker: BrokerName;
  readonly endpoint: Endpoint;
  /** The worker does not find it in its catalogue. */
  readonly raw?: boolean;
  readonly page: Page;
  readonly options: {
    readonly priority?: Priority;
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly deadlineMs?: number;
    readonly caller?: string;
    readonly coalesce?: boolean;
    readonly keyId?: string;
  };
}

/** A call that waits for its answer. */
export class PendingCall {
  /** Settles with the answer, or with what the worker says went wrong. */
  readonly answer: Promise<Answer>;
  /** Aborts, with the error that the caller is told, when nobody waits for the answer any more. */
  readonly over: AbortSignal;
  /** Of its publications; one may follow when Redis has lost its data. */
  readonly callIds: string[] = [];
  /** Looks in a row that did not find it on its way. */
  missed = 0;
  #settled = false;
  readonly #end = new AbortController();
  #resolve: (answer: Answer) => void = () => undefined;
  #reject: (error: HubError) => void = () => undefined;

  constructor(
    readonly request: CallRequest,
    /** Instants of the monotonic clock, ms. */
    readonly since: number,
    readonly deadline: number,
  ) {
    this.answer = new Promise<Answer>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.answer.catch(() => undefined); // it may come when nobody waits any more
    this.over = this.#end.signal;
  }

  /** What may have been executed when its answer is lost: never made again by itself. */
  get isOrder(): boolean {
    return !this.request.endpoint.replayable;
  }

  /** Answered, or told what went wrong: nothing more is to be done for it. */
  get settled(): boolean {
    return this.#settled;
  }

  /** The first answer counts. */
  resolve(answer: Answer): void {
    this.#settled = true;
    this.#resolve(answer);
  }

  reject(error: HubError): void {
    this.#settled = true;
    this.#reject(error);
  }

  giveUp(reason: HubError): void {
    this.#end.abort(reason);
  }
}
