import { createHash } from 'node:crypto';

import { Redis, type RedisOptions } from 'ioredis';

import type { HubError } from '../error/index.js';
import { isRedisReply, redisFailure, type RedisRole } from '../error/redis.js';

/** One embedded Lua script: see the .lua file of that name for its keys, arguments and replies. */
export interface Script {
  readonly name: string;
  readonly keys: number | undefined;
  readonly lua: string;
}

/**
 * The slice of a Redis connection that the hub uses. Every promise rejects with HUB_REDIS_UNREACHABLE when it is away,
 * with HUB_REDIS_REFUSED when the server answers with an error of its own.
 */
export interface RedisPort {
  /** `run_id` of the server behind this connection: it changes when the server restarts. */
  runId(): Promise<string>;
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Resolves when the server answers. */
  ping(): Promise<void>;
  /** Listens on a channel through a second connection, opened on first use; the returned function stops listening. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => void>;
  /** Waits for entries behind these ids through a connection of its own, up to `waitMs`; streams without any are left out. */
  readStreams(
    from: ReadonlyMap<string, string>,
    options: { readonly count: number; readonly waitMs: number },
  ): Promise<readonly StreamEntries[]>;
  /** From now on nothing waits for a connection any more; commands on an open one still go through. */
  drain(): void;
  close(): Promise<void>;
}

/** What one stream has behind an id. */
export interface StreamEntries {
  readonly stream: string;
  /** `fields`: names and values in turn. */
  readonly entries: readonly { readonly id: string; readonly fields: readonly string[] }[];
}

export interface RedisPortOptions {
  readonly role: RedisRole;
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

/** Longer than anybody lets `readStreams` wait. */
const readerTimeoutMs = 10_000;

/** The same for ever, so it is reckoned once: a hub runs a few scripts a million times a day. */
const sha1s = new WeakMap<Script, string>();

const sha1 = (script: Script): string => {
  const known = sha1s.get(script);
  if (known !== undefined) return known;
  const sha = createHash('sha1').update(script.lua).digest('hex');
  sha1s.set(script, sha);
  return sha;
};

/** Connects lazily: nothing happens before the first command. */
export const redisPort = (options: RedisPortOptions): RedisPort => new IoRedisPort(options);

class IoRedisPort implements RedisPort {
  readonly #options: RedisPortOptions;
  readonly #listeners = new Map<string, Set<(message: string) => void>>();
  #client: Redis | undefined;
  #subscriber: Redis | undefined;
  #reader: Redis | undefined;
  #runId: Promise<string> | undefined;
  readonly #opening = new Map<Redis, Promise<void>>();
  readonly #end = new AbortController();

  constructor(options: RedisPortOptions) {
    this.#options = options;
  }

  async runId(): Promise<string> {
    const client = await this.#ready();
    this.#runId ??= this.#attempt(async () => {
      const info = await client.info('server');
      const match = /^run_id:([0-9a-f]+)/m.exec(info);
      if (match?.[1] === undefined) throw new Error('INFO server has no run_id');
      return match[1];
    });
    const asked = this.#runId;
    try {
      return await asked;
    } catch (error) {
      // A question that failed must not answer the next one.
      if (this.#runId === asked) this.#runId = undefined;
      throw error;
    }
  }

  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const client = await this.#ready();
    return this.#attempt(async () => {
      try {
        return await client.evalsha(sha1(script), keys.length, ...keys, ...args);
      } catch (error) {
        if (!isRedisReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client.eval(script.lua, keys.length, ...keys, ...args);
      }
    });
  }

  async ping(): Promise<void> {
    const client = await this.#ready();
    await this.#attempt(() => client.ping());
  }

  async subscribe(channel: string, listener: (message: string) => void): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    const stop = (): void => {
      listeners.delete(listener);
    };
    try {
      const subscriber = await this.#ready('subscriber');
      await this.#attempt(() => subscriber.subscribe(channel));
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  async readStreams(
    from: ReadonlyMap<string, string>,
    { count, waitMs }: { readonly count: number; readonly waitMs: number },
  ): Promise<readonly StreamEntries[]> {
    const reader = await this.#ready('reader');
    const limits = ['COUNT', count, 'BLOCK', waitMs] as const;
    const found = await this.#attempt(() => reader.xread(...limits, 'STREAMS', ...from.keys(), ...from.values()));
    return (found ?? []).map(([stream, entries]) => ({
      stream,
      entries: entries.map(([id, fields]) => ({ id, fields })),
    }));
  }

  drain(): void {
    this.#end.abort();
  }

  async close(): Promise<void> {
    this.drain();
    for (const client of [this.#client, this.#subscriber, this.#reader]) client?.disconnect();
    await Promise.resolve();
  }

  async #ready(kind: 'client' | 'subscriber' | 'reader' = 'client'): Promise<Redis> {
    const open = { client: this.#client, subscriber: this.#subscriber, reader: this.#reader }[kind];
    if (open?.status === 'ready') return open;
    if (this.#end.signal.aborted) throw this.#closed();
    const client = this.#connection(kind);
    // Everybody waits for the same connection.
    let opening = this.#opening.get(client);
    if (opening === undefined) {
      opening = this.#opened(client).finally(() => this.#opening.delete(client));
      this.#opening.set(client, opening);
    }
    await opening;
    return client;
  }

  #connection(kind: 'client' | 'subscriber' | 'reader'): Redis {
    if (kind === 'client') return (this.#client ??= this.#open());
    if (kind === 'subscriber') return (this.#subscriber ??= this.#openSubscriber());
    // Its answers come when there is something to tell.
    return (this.#reader ??= this.#open({ commandTimeout: readerTimeoutMs }));
  }

  #opened(client: Redis): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let last: unknown;
      const { signal } = this.#end;
      const onError = (error: unknown): void => {
        last = error;
      };
      const settle = (then: () => void) => (): void => {
        clearTimeout(timer);
        client.off('ready', onReady).off('error', onError).off('end', onEnd);
        signal.removeEventListener('abort', onClose);
        then();
      };
      const onReady = settle(resolve);
      const onEnd = settle(() => {
        reject(this.#failure(last));
      });
      const onClose = settle(() => {
        reject(this.#closed());
      });
      const timer = setTimeout(onEnd, this.#options.connectTimeoutMs);
      client.on('ready', onReady).on('error', onError).on('end', onEnd);
      signal.addEventListener('abort', onClose);
      if (client.status === 'wait') client.connect().catch(onError);
    });
  }

  #open(more: RedisOptions = {}): Redis {
    const client = new Redis(this.#options.url, {
      lazyConnect: true,
      connectTimeout: this.#options.connectTimeoutMs,
      commandTimeout: this.#options.commandTimeoutMs,
      // A script that was sent twice would book twice: a lost reply must surface, never be resent by the client.
      autoResendUnfulfilledCommands: false,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 1_000),
      ...more,
    });
    client.on('close', () => {
      this.#runId = undefined;
    });
    // Errors reach the callers through their commands; without a listener they would end the process.
    client.on('error', () => undefined);
    return client;
  }

  #openSubscriber(): Redis {
    const subscriber = this.#open();
    subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    });
    return subscriber;
  }

  async #attempt<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #closed(): HubError {
    return this.#failure(new Error('the connection was closed'));
  }

  #failure(cause: unknown): HubError {
    return redisFailure(this.#options.role, this.#options.url, cause);
  }
}
