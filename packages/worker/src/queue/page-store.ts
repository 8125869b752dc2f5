import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import type { KeptAnswer, KeptAnswers } from '@hub/client';
import type { Redis } from 'ioredis';

import { shortHash } from './names.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A window that nobody takes up for a day is fetched anew; its pages are housekeeping by then. */
const keptForMs = 86_400_000;

/** Answered pages of windows that are not published yet, in the main Redis: who takes a window up goes on behind them. */
export class PageStore {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(options: { readonly redis: Redis; readonly prefix: string }) {
    this.#redis = options.redis;
    this.#prefix = options.prefix;
  }

  /** Those of one window: `job` is the id of its job, which tells stores apart. */
  of(job: string): KeptAnswers {
    const key = this.#keyOf(job);
    return {
      find: async (page) => {
        const packed = await this.#redis.hgetBuffer(key, shortHash(page));
        return packed === null ? undefined : (JSON.parse(String(await unpack(packed))) as KeptAnswer);
      },
      keep: async (page, kept) => {
        const packed = await pack(JSON.stringify(kept));
        await this.#redis.multi().hset(key, shortHash(page), packed).pexpire(key, keptForMs).exec();
      },
    };
  }

  /** The rows of the window are with the writer. */
  async forget(job: string): Promise<void> {
    await this.#redis.del(this.#keyOf(job));
  }

  #keyOf(job: string): string {
    return `${this.#prefix}:pages:${job}`;
  }
}
