import { randomUUID } from 'node:crypto';

import { kisCatalogue, type KisEndpointName } from '../broker/kis/catalogue.js';
import { kis } from '../broker/kis/index.js';
import type { Credentials, Endpoint, Params } from '../broker/contract.js';
import { CallInvalid } from '../error/index.js';
import { maxDeadlineMs, type Budget, type Priority } from '../ledger/contract.js';
import type { Answer, Send } from '../request/contract.js';
import { linkedSignal } from '../runtime/linked-signal.js';
import type { Identity } from '../vault/contract.js';

export interface CallOptions {
  /** How urgent the call is; `interactive` by default. */
  readonly priority?: Priority;
  /** Ends the call wherever it is; nothing stays booked. */
  readonly signal?: AbortSignal;
  /** Of one attempt, from its permit to its last byte, in ms; at most 10 s. Waiting for a turn or a token is not in it. */
  readonly timeoutMs?: number;
}

export interface PageOptions extends CallOptions {
  /** Stop after so many pages, whatever the broker says. */
  readonly maxPages?: number;
}

export interface KisCallsParts {
  readonly identity: Identity;
  readonly credentials: Credentials;
  readonly budgets: readonly Budget[];
  readonly timeoutMs: number;
  /** `12345678-01` or without the dash: fills CANO and ACNT_PRDT_CD of calls that leave them out. */
  readonly account: string | undefined;
  readonly send: Send;
  /** Aborts when the hub is closed. */
  readonly ended: AbortSignal;
}

const defaultMaxPages = 100;

/** Calls of KIS by the name of their path. */
export class KisCalls {
  readonly #parts: KisCallsParts;

  constructor(parts: KisCallsParts) {
    this.#parts = parts;
  }

  /**
   * Makes one call. `params` are KIS's own names, values are strings; what is missing or unknown is HUB_CALL_INVALID,
   * before anything is sent. Resolves with the whole JSON body; rejects with a HubError.
   */
  async call(endpoint: KisEndpointName, params: Params, options: CallOptions = {}): Promise<Answer> {
    return this.#send(this.#endpoint(endpoint), params, '', options);
  }

  /**
   * Walks the continuation pages of a call, each with its own permit. Stops when the broker says so, at an empty page,
   * at a cursor that repeats, and at `maxPages`.
   */
  async *pages(name: KisEndpointName, params: Params, options: PageOptions = {}): AsyncGenerator<Answer> {
    const endpoint = this.#endpoint(name);
    if (endpoint.continuation === 'window') {
      throw new CallInvalid(`${name} is paged by its time window, not by a cursor`, 'Use hub.candles(…).');
    }
    const cursors = new Set<string>();
    let current = params;
    let trCont = '';
    for (let page = 0; page < (options.maxPages ?? defaultMaxPages); page += 1) {
      const answer = await this.#send(endpoint, current, trCont, options);
      yield answer;
      const next = nextPage(endpoint, current, answer);
      if (next === undefined || cursors.has(JSON.stringify(next))) return;
      cursors.add(JSON.stringify(next));
      current = next;
      trCont = 'N';
    }
  }

  #endpoint(name: KisEndpointName): Endpoint {
    const known = Object.hasOwn(kisCatalogue, name);
    if (!known) {
      throw new CallInvalid(
        `kis: unknown endpoint ${JSON.stringify(name)}`,
        `Known: ${Object.keys(kisCatalogue).join(', ')}.`,
      );
    }
    return kisCatalogue[name];
  }

  async #send(endpoint: Endpoint, given: Params, trCont: string, options: CallOptions): Promise<Answer> {
    const { identity, credentials, budgets, timeoutMs, account, send, ended } = this.#parts;
    const params = { ...accountParams(endpoint, account), ...given };
    checkCall(endpoint, identity.environment, params, options);
    const link = linkedSignal(options.signal === undefined ? [ended] : [options.signal, ended]);
    try {
      return await send({
        requestId: randomUUID(),
        endpoint: endpoint.name,
        replayable: endpoint.replayable,
        inquiry: endpoint.inquiry,
        identity,
        budgets,
        priority: options.priority ?? 'interactive',
        signal: link.signal,
        timeoutMs: options.timeoutMs ?? timeoutMs,
        encode: (token) =>
          kis.encode({ endpoint, environment: identity.environment, credentials, params, trCont, token }),
        decode: (response) => kis.decode(endpoint.name, response),
      });
    } finally {
      link.release();
    }
  }
}

/** An account number is 8 + 2 digits (official samples): CANO and ACNT_PRDT_CD. */
const accountParams = ({ required }: Endpoint, account: string | undefined): Params =>
  account === undefined || !required.includes('CANO')
    ? {}
    : { CANO: account.slice(0, 8), ACNT_PRDT_CD: account.slice(-2) };

const checkCall = (
  endpoint: Endpoint,
  environment: 'real' | 'paper',
  params: Params,
  { timeoutMs }: CallOptions,
): void => {
  const { name, required, optional, tr } = endpoint;
  if (tr[environment] === null) {
    throw new CallInvalid(`${name} is not offered for ${environment} trading`, 'Use a key of the real environment.');
  }
  const problems = [
    ...required.filter((key) => !Object.hasOwn(params, key)).map((key) => `${key} is missing`),
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
  if (timeoutMs !== undefined && !(timeoutMs >= 1 && timeoutMs <= maxDeadlineMs)) {
    throw new CallInvalid(
      `${name}: timeoutMs ${String(timeoutMs)} is out of range`,
      `Give 1 to ${String(maxDeadlineMs)} ms.`,
    );
  }
};

/** The context keys come back in lower case and go out in upper case, blanks and all. */
const nextPage = (endpoint: Endpoint, params: Params, answer: Answer): Params | undefined => {
  const more = answer.headers.tr_cont === 'F' || answer.headers.tr_cont === 'M';
  if (endpoint.continuation !== 'tr_cont' || !more || isEmptyPage(answer)) return undefined;
  const cursor: Record<string, string> = {};
  for (const key of Object.keys(params)) {
    if (!/^CTX_AREA_[FN]K\d*$/.test(key)) continue;
    const value = answer.body[key.toLowerCase()];
    if (typeof value === 'string') cursor[key] = value;
  }
  return { ...params, ...cursor };
};

const isEmptyPage = ({ body }: Answer): boolean => {
  const output = body.output1 ?? body.output;
  return Array.isArray(output) && output.length === 0;
};
