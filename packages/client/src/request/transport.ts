import { Agent, type Dispatcher } from 'undici';

import { AnswerUnreadable, BrokerUnreachable, isHubError } from '../error/index.js';
import type { Permit } from '../ledger/contract.js';
import type { Clock } from '../runtime/clock.js';
import { masking, withoutAccounts } from '../runtime/mask.js';
import { maxBodyBytes, textOfAnswer } from './answer-text.js';
import {
  BeforeSend,
  CodedFault,
  type Answer,
  type KeyedCall,
  type WireRequest,
  type WireResponse,
} from './contract.js';
import { resettingConnector } from './connector.js';
import type { SendWithPermit } from './with-permit.js';

export interface Transport {
  readonly send: SendWithPermit;
  close(): Promise<void>;
}

/** One HTTP/1.1 agent for a broker's base URL. No retry, no redirect, no timeout of its own: the chain decides. */
export const httpTransport = (baseUrl: string, clock: Clock): Transport => {
  const agent = new Agent({
    connect: resettingConnector(),
    pipelining: 1,
    keepAliveTimeout: 20_000,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const origin = new URL(baseUrl).origin;
  const maskOf = masks();
  return {
    send: async (call, permit) => {
      const request = call.encode(call.token?.token ?? '');
      const mask = maskOf(call);
      await permit.begun();
      const response = withoutSecrets(await exchange(agent, origin, request, call, permit), mask);
      return {
        status: response.status,
        headers: response.headers,
        body: decoded(call, response),
        receivedAt: clock.now(),
        requestId: call.requestId,
        tr: call.tr,
        keyId: call.identity.keyId,
      };
    },
    close: () => agent.destroy(),
  };
};

const decoded = (call: KeyedCall, response: WireResponse): Answer['body'] => {
  try {
    return call.decode(response);
  } catch (error) {
    // An answer is its caller's own; errors go into logs and through Redis.
    const accounts = call.accounts?.() ?? [];
    throw error instanceof CodedFault ? error.redacted((text) => withoutAccounts(text, accounts)) : error;
  }
};

/** A gateway that is out of order may echo what it was sent. */
const withoutSecrets = ({ status, headers, text }: WireResponse, mask: Mask): WireResponse => {
  const hidden: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) hidden[name] = mask(value);
  return { status, headers: hidden, text: mask(text) };
};

type Mask = (text: string) => string;

/** What hides the secrets of a call: made anew only when a key has another token. */
const masks = (): ((call: KeyedCall) => Mask) => {
  const known = new Map<string, { readonly secrets: readonly string[]; readonly mask: Mask }>();
  return ({ identity: { keyId }, secrets, token }) => {
    const all = [...secrets, token?.token ?? ''];
    const kept = known.get(keyId);
    if (kept !== undefined && all.every((secret, index) => secret === kept.secrets[index])) return kept.mask;
    const mask = masking(all);
    known.set(keyId, { secrets: all, mask });
    return mask;
  };
};

const exchange = (
  agent: Agent,
  origin: string,
  request: WireRequest,
  call: KeyedCall,
  permit: Permit,
): Promise<WireResponse> =>
  new Promise((resolve, reject) => {
    agent.dispatch(
      {
        origin,
        path: request.path,
        method: request.method,
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      exchangeHandler(call, permit, resolve, reject),
    );
  });

const exchangeHandler = (
  call: KeyedCall,
  permit: Permit,
  resolve: (response: WireResponse) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler => {
  const { signal, endpoint } = call;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let sent = false;
  let status = 0;
  let headers: Record<string, string> = {};
  let settled = false;
  const settle = (then: () => void): void => {
    if (settled) return;
    settled = true;
    then();
  };
  const fail = (error: unknown): void => {
    settle(() => {
      reject(sent ? error : new BeforeSend(error));
    });
  };
  let request: Dispatcher.DispatchController | undefined;
  // Also while the call still waits for its connection, when there is nothing to abort yet.
  signal.addEventListener(
    'abort',
    () => {
      fail(signal.reason);
      request?.abort(signal.reason as Error);
    },
    { once: true },
  );
  return {
    onRequestStart: (controller) => {
      if (signal.aborted) {
        controller.abort(signal.reason as Error);
        return;
      }
      request = controller;
      try {
        // The last moment before the bytes leave: a process that was stopped in between gives the permit up here.
        permit.claim();
        sent = true;
      } catch (error) {
        controller.abort(error as Error);
      }
    },
    onResponseStart: (_controller, statusCode, rawHeaders) => {
      permit.complete();
      status = statusCode;
      headers = flatHeaders(rawHeaders);
    },
    onResponseData: (controller, chunk) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) {
        controller.abort(new AnswerUnreadable(endpoint, status, `a body of more than ${String(maxBodyBytes)} bytes`));
        return;
      }
      chunks.push(chunk);
    },
    onResponseEnd: () => {
      textOfAnswer({ endpoint, status, headers, bytes: Buffer.concat(chunks) }).then((text) => {
        settle(() => {
          resolve({ status, headers, text });
        });
      }, fail);
    },
    onResponseError: (_controller, error) => {
      fail(publicError(error, endpoint, sent));
    },
  };
};

const publicError = (error: Error, endpoint: string, sent: boolean): Error =>
  isHubError(error) ? error : new BrokerUnreachable(endpoint, error.message, sent, { cause: withoutData(error) });

/** A parser error carries the bytes that it stumbled over, and a broken proxy may echo headers that hold the key. */
const withoutData = (error: Error): Error => ('data' in error ? new Error(error.message) : error);

const flatHeaders = (raw: Record<string, string | string[] | undefined>): Record<string, string> => {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
};
