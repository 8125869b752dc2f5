import { Peaks } from '../../limit/window.js';
import type { LiveSettings } from './options.js';

const MINUTE_MS = 60_000;

/**
 * Punishes whoever connects or registers without end. Names are keys, and the addresses of sockets that never named a
 * key.
 */
export class Bans {
  readonly #settings: LiveSettings;
  readonly #connects = new Peaks(MINUTE_MS);
  readonly #controls = new Peaks();
  readonly #until = new Map<string, number>();

  constructor(settings: LiveSettings) {
    this.#settings = settings;
  }

  /** True when this connect is one too many. */
  connect(name: string, at: number): boolean {
    return this.#judge(name, at, this.#connects.add(name, at) > this.#settings.banConnects);
  }

  /** True when this control message is one too many. */
  control(name: string, at: number): boolean {
    return this.#judge(name, at, this.#controls.add(name, at) > this.#settings.banControls);
  }

  banned(name: string, at: number): boolean {
    return at < (this.#until.get(name) ?? Number.NEGATIVE_INFINITY);
  }

  /** A ban is not made longer by what comes while it lasts. */
  #judge(name: string, at: number, tooMany: boolean): boolean {
    if (!tooMany || this.banned(name, at)) return false;
    this.#until.set(name, at + this.#settings.banMs);
    return true;
  }
}
