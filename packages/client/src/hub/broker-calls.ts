import type { Broker, Endpoint, Page, Params } from '../broker/contract.js';
import { CallInvalid } from '../error/index.js';
import { maxDeadlineMs, patienceMs, type Priority } from '../ledger/contract.js';
import type { CallReport } from '../observe/observation.js';
import type { Answer } from '../request/contract.js';
import { isCallerToken } from '../service/caller-token.js';
import { isCaller } from './caller.js';
import { rawEndpoint, type RawCall } from './raw-call.js';
import { similarNames } from './similar-names.js';

/** What holds for one call, or for each call of a walk. What does not fit is HUB_CALL_INVALID, before anything is sent. */
export interface CallOptions {
  /** How urgent the call is; `interactive` by default, `order` for orders. */
  readonly priority?: Priority;
  /** Ends the call wherever it is, with HUB_ABORTED, or HUB_OUTCOME_UNKNOWN for an order that has left; nothing stays booked. */
  readonly signal?: AbortSignal;
  /** Of one attempt, from its permit to its last byte, in ms; at most 10 s. Waiting for a turn or a token is not in it. */
  readonly timeoutMs?: number;
  /**
   * Of the whole call, waiting and repetitions included, in ms: then it ends with HUB_TIMEOUT. None by default in a hub
   * that makes its calls itself; in service mode 30 s for orders and 10 min for everything else (at most a day), so that
   * nothing is executed long after its caller has gone.
   */
  readonly deadlineMs?: number;
  /**
   * Runs with the permit in hand, before every attempt's bytes leave; when it rejects, the call ends with that error
   * and nothing was sent. Must take less than a second. Not in service mode: HUB_CALL_INVALID.
   */
  readonly beforeSend?: () => Promise<void>;
  /**
   * Whose share of its class the call spends, 1 to 64 printable characters: callers share by weight (`callerWeights`),
   * and one of them with a long queue does not keep the others waiting. By default that of the hub (`caller`), else that
   * of this process. In service mode also a token of `hub callers issue`.
   */
  readonly caller?: string;
  /**
   * The most of every limit of the account that `caller` may have, above 0 and at most 1: held over all processes by a line of
   * its own in the ledger. Not in service mode, where it stands in the caller's token: HUB_CALL_INVALID.
   */
  readonly callerShare?: number;
  /**
   * Joins an equal call of any process that still waits for its turn, and takes its answer; the most urgent of them
   * decides when it leaves. Only for reads, and not with `beforeSend`: HUB_CALL_INVALID. See the README on what it costs.
   */
  readonly coalesce?: boolean;
  /**
   * The key that is to make the call, as an earlier answer named it; whichever is free first unless given. Pages go on by
   * the key of the first one, so give it along with a cursor that comes from elsewhere. Where the hub does not have that
   * key, a call about an account is HUB_CALL_INVALID, and any other one goes by any key.
   */
  readonly keyId?: string;
}

/** What holds for a walk over pages, and for each of its calls. */
export interface PageOptions extends CallOptions {
  /** Stop after so many pages, whatever the broker says; 100 unless given. */
  readonly maxPages?: number;
}

/** One call as the caller meant it. */
export interface CallRequest {
  readonly endpoint: Endpoint;
  /** The endpoint is none of the catalogue: whoever makes the call has to be told of it. */
  readonly raw?: boolean;
  readonly page: Page;
  readonly options: CallOptions;
  /** Told of what it goes through, where it is made in this process. */
  readonly report?: CallReport;
}

/** Makes a call: in this process, or by way of a queue. */
export type Perform = (request: CallRequest) => Promise<Answer>;

/** What a call takes and what its answer holds, by the name of its endpoint. */
export type CallTypes = Readonly<Record<string, { readonly params: object; readonly body: object }>>;

export interface BrokerCallsParts {
  readonly broker: Broker;
  /** Parameters that need not be given: who makes the call knows them. */
  readonly filled: (keyId?: string) => readonly string[];
  readonly perform: Perform;
}

const defaultMaxPages = 100;

/** Calls of one broker by the names of its catalogue; `Names` are those that the compiler lets through. */
export class BrokerCalls<Calls extends CallTypes, Names extends keyof Calls & string = keyof Calls & string> {
  readonly #parts: BrokerCallsParts;

  constructor(parts: BrokerCallsParts) {
    this.#parts = parts;
  }

  /** Everything that can be called, each once, by the name that messages use. */
  get endpoints(): readonly Endpoint[] {
    return [...new Set(Object.values(this.#parts.broker.catalogue))];
  }

  /**
   * Makes one call. `params` are the broker's own names, values are strings; what is missing or unknown is
   * HUB_CALL_INVALID, before anything is sent. Resolves with the whole JSON body, whose fields the types give as they are
   * documented: any of them may be missing, and there may be more.
   *
   * Rejects with a HubError: HUB_BROKER_REFUSED, HUB_BROKER_BUSY, HUB_BROKER_FAILED or HUB_TOKEN_REJECTED in the broker's words;
   * HUB_BROKER_UNREACHABLE, HUB_TIMEOUT, HUB_ANSWER_UNREADABLE or HUB_CIRCUIT_OPEN when it did not answer; HUB_OUTCOME_UNKNOWN for
   * an order that has left without a clear answer; HUB_TOKEN_REFUSED, HUB_TOKEN_DEAD or HUB_VAULT_KEY when there is no token;
   * HUB_LEDGER_LOST or HUB_REDIS_… when a server is away; HUB_ABORTED or HUB_CLOSED when it was ended here; in service mode also
   * HUB_SERVICE_AWAY or HUB_CALL_LOST.
   */
  async call<Name extends Names>(
    name: Name,
    params: Calls[Name]['params'],
    options: CallOptions = {},
  ): Promise<Answer<Calls[Name]['body']>> {
    const answer = await this.page(name, { params: params as Params, cursor: {} }, options); // checked there
    return answer;
  }

  /**
   * Like `call`, for any page of it: `cursor` are the broker's headers that point to it, empty for the first one. An endpoint
   * without further pages, or a header that is no cursor, is HUB_CALL_INVALID.
   */
  async page(name: string, page: Page, options: CallOptions = {}): Promise<Answer> {
    const endpoint = this.#endpoint(name);
    checkCall(endpoint, page.params, options, this.#parts.filled);
    checkCursor(endpoint, page, this.#parts.broker);
    return this.#parts.perform({ endpoint, page, options });
  }

  /**
   * Walks the continuation pages of a call, each with its own permit, and asks for the next one when it is wanted. Stops when
   * the broker says so, at an empty page, at a cursor or a first row that repeats, and at `maxPages` (100 by default). An
   * endpoint that is paged by its time range is HUB_CALL_INVALID; else rejects like `call`.
   */
  async *pages<Name extends Names>(
    name: Name,
    params: Calls[Name]['params'],
    options: PageOptions = {},
  ): AsyncGenerator<Answer<Calls[Name]['body']>> {
    for await (const { answer } of this.pagesFrom(name, { params: params as Params, cursor: {} }, options)) {
      // checked there
      yield answer;
    }
  }

  /**
   * Like `pages`, from any page on: with each answer comes the page behind it, undefined after the last one, so that a walk
   * can be taken up again where it ended, by another process too. The key of the answer is the one to go on with (`keyId`).
   */
  async *pagesFrom(
    name: string,
    first: Page,
    options: PageOptions = {},
  ): AsyncGenerator<{ readonly answer: Answer; readonly next: Page | undefined }> {
    const { broker, perform, filled } = this.#parts;
    const { maxPages = defaultMaxPages, ...callOptions } = options;
    const endpoint = this.#endpoint(name);
    if (endpoint.continuation === 'window') {
      throw new CallInvalid(`${name} is paged by its time window, not by a cursor`, 'Use hub.candles(…).');
    }
    checkCall(endpoint, first.params, callOptions, filled);
    checkCursor(endpoint, first, broker);
    const seen = new Set<string>();
    let page = first;
    let firstRow: string | undefined;
    let { keyId } = callOptions;
    for (let count = 0; count < maxPages; count += 1) {
      const answer = await perform({
        endpoint,
        page,
        options: { ...callOptions, ...(keyId === undefined ? {} : { keyId }) },
      });
      const row = firstRowOf(answer);
      if (row !== undefined && row === firstRow) return;
      firstRow = row;
      // The brokers' cursors are those of one key.
      ({ keyId } = answer);
      const following = endpoint.continuation === 'cursor' ? broker.nextPage(endpoint, page, answer) : undefined;
      const next = seen.has(JSON.stringify(following)) ? undefined : following;
      yield { answer, next };
      if (next === undefined) return;
      seen.add(JSON.stringify(next));
      page = next;
    }
  }

  /**
   * A call that the catalogue does not know, with the same quota and token; in service mode the worker checks it once more
   * before it makes it. Resolves and rejects like `call`.
   */
  async raw(call: RawCall, options: CallOptions = {}): Promise<Answer> {
    const { broker, perform, filled } = this.#parts;
    const endpoint = rawEndpoint(broker, call);
    if (options.coalesce === true) {
      throw new CallInvalid(`${endpoint.name}: raw calls do not coalesce`, 'Leave it out: every raw call is its own.');
    }
    const { params = {} } = call;
    checkCall(endpoint, params, options, filled);
    return perform({ endpoint, raw: true, page: { params, cursor: {} }, options });
  }

  #endpoint(name: string): Endpoint {
    const { name: broker, catalogue } = this.#parts.broker;
    const endpoint = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
    if (endpoint !== undefined) return endpoint;
    const like = similarNames(name, Object.keys(catalogue));
    throw new CallInvalid(`${broker}: unknown endpoint ${JSON.stringify(name)}`, `Did you mean ${like.join(', ')}?`);
  }
}

/** Of the first list in the answer. */
const firstRowOf = ({ body }: Answer): string | undefined => {
  const rows = Object.values(body).find((value) => Array.isArray(value));
  return rows === undefined || rows.length === 0 ? undefined : JSON.stringify(rows[0]);
};

/** An order's TR or another token in the guise of a cursor must not become a header. */
const checkCursor = ({ name, continuation }: Endpoint, { cursor }: Page, { cursorHeaders }: Broker): void => {
  const unknown = Object.keys(cursor).filter((header) => !cursorHeaders.includes(header));
  if (unknown.length > 0) {
    throw new CallInvalid(`${name}: no cursor has ${unknown.join(', ')}`, `Cursors hold ${cursorHeaders.join(', ')}.`);
  }
  // A second page of an order would be a second order.
  if (continuation !== 'cursor' && Object.keys(cursor).length > 0) {
    throw new CallInvalid(`${name} has no further pages`, 'Leave the cursor out.');
  }
};

/** The longest delay that timers take, some 24 days. */
const longestDeadlineMs = 2_147_483_647;

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const isSignal = (value: unknown): boolean => value === undefined || value instanceof AbortSignal;

const isKeyId = (value: unknown): boolean => value === undefined || (typeof value === 'string' && value !== '');

// Programs in JavaScript call this too, so the types prove nothing.
const checkShapes = (name: string, params: unknown, options: unknown): void => {
  if (!isRecord(params)) throw new CallInvalid(`${name}: the parameters are no object`, 'Give { NAME: "value" }.');
  if (!isRecord(options)) throw new CallInvalid(`${name}: the options are no object`, 'Leave them out, or give { }.');
  const { signal, keyId } = options as CallOptions;
  if (!isSignal(signal)) throw new CallInvalid(`${name}: signal is no AbortSignal`, 'Give the signal of a controller.');
  if (!isKeyId(keyId)) throw new CallInvalid(`${name}: keyId names no key`, 'Give the keyId of an earlier answer.');
};

const isMs = (value: unknown, least: number, most: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= least && value <= most);

const checkCall = (
  endpoint: Endpoint,
  params: Params,
  options: CallOptions,
  filledBy: BrokerCallsParts['filled'],
): void => {
  const { name, required, optional } = endpoint;
  checkShapes(name, params, options);
  const { timeoutMs, deadlineMs, priority, keyId } = options;
  const filled = filledBy(keyId);
  const problems = [
    ...required.filter((key) => !Object.hasOwn(params, key) && !filled.includes(key)).map((key) => `${key} is missing`),
    ...Object.keys(params)
      .filter((key) => !required.includes(key) && !optional.includes(key))
      .map((key) => `${key} is unknown`),
    ...Object.entries(params)
      .filter(([, value]) => typeof value !== 'string')
      .map(([key]) => `${key} is not a string`),
  ];
  if (problems.length > 0) {
    throw new CallInvalid(
      `${name}: ${problems.join('; ')}`,
      `Parameters: ${required.join(', ')}${optional.length === 0 ? '' : `; optional ${optional.join(', ')}`}.`,
    );
  }
  if (!isMs(timeoutMs, 1, maxDeadlineMs)) {
    throw new CallInvalid(
      `${name}: timeoutMs ${String(timeoutMs)} is out of range`,
      `Give 1 to ${String(maxDeadlineMs)} ms.`,
    );
  }
  if (!isMs(deadlineMs, Number.MIN_VALUE, longestDeadlineMs)) {
    throw new CallInvalid(
      `${name}: deadlineMs ${String(deadlineMs)} is out of range`,
      'Give ms, above 0 and below 24 days.',
    );
  }
  if (priority !== undefined && !Object.hasOwn(patienceMs, priority)) {
    throw new CallInvalid(
      `${name}: priority ${JSON.stringify(priority)} is unknown`,
      `Known: ${Object.keys(patienceMs).join(', ')}.`,
    );
  }
  checkSharing(endpoint, options);
};

const checkSharing = ({ name, replayable }: Endpoint, { caller, callerShare, ...rest }: CallOptions): void => {
  checkCaller(name, caller);
  if (callerShare !== undefined && (caller === undefined || !(callerShare > 0 && callerShare <= 1))) {
    throw new CallInvalid(
      `${name}: callerShare is no part of a caller`,
      'Give a number above 0 and at most 1, and with it `caller`.',
    );
  }
  const { coalesce, beforeSend } = rest;
  if (coalesce !== undefined && typeof coalesce !== 'boolean') {
    throw new CallInvalid(`${name}: coalesce is neither true nor false`, 'Give true, or leave it out.');
  }
  if (coalesce !== true) return;
  if (!replayable) {
    throw new CallInvalid(
      `${name}: coalesce is for reads, and this is an order`,
      'Leave it out: every order is its own.',
    );
  }
  if (beforeSend !== undefined) {
    throw new CallInvalid(
      `${name}: coalesce and beforeSend exclude each other`,
      'Leave one of them out: a call that others join is not for one of them to stop.',
    );
  }
};

const checkCaller = (endpoint: string, caller: unknown): void => {
  if (caller === undefined || isCaller(caller) || isCallerToken(caller)) return;
  // Half a token is not shown either.
  const broken = typeof caller === 'string' && caller.startsWith('hub1.');
  const words = broken ? 'is a token that cannot be read' : `${JSON.stringify(caller)} is no label`;
  throw new CallInvalid(`${endpoint}: caller ${words}`, 'Give 1 to 64 printable characters.');
};
