import { CallAborted } from '../error/index.js';
import type { Permit, PermitRequest } from './contract.js';

/** A place where waiters stand in line. */
export interface Line {
  leave(waiter: Waiter): void;
}

/**
 * One caller that waits for a permit, in one line or in several; the first grant takes it out of all of them, and so does
 * its signal. A hub makes many of them, so this is a class with fields and no closure.
 */
export class Waiter {
  readonly #resolve: (permit: Permit) => void;
  readonly #reject: (error: Error) => void;
  #lines: Line[] = [];
  #requests: PermitRequest[] = [];
  #done = false;

  constructor(
    /** When it came, on the monotonic clock (ms). */
    readonly since: number,
    private readonly signal: AbortSignal,
    resolve: (permit: Permit) => void,
    reject: (error: Error) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this);
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.#end();
    this.#reject(new CallAborted({ cause: this.signal.reason }));
  }

  get done(): boolean {
    return this.#done;
  }

  /** What it asks of this line. */
  requestIn(line: Line): PermitRequest | undefined {
    return this.#requests[this.#lines.indexOf(line)];
  }

  enter(line: Line, request: PermitRequest): void {
    this.#lines.push(line);
    this.#requests.push(request);
  }

  /** It goes to stand elsewhere. */
  leaveAll(): void {
    const left = this.#lines;
    this.#lines = [];
    this.#requests = [];
    for (const line of left) line.leave(this);
  }

  grant(permit: Permit): void {
    if (this.#done) return;
    this.#end();
    this.#resolve(permit);
  }

  /** This line has nothing for it. When no other is left, the caller is told. */
  fail(line: Line, error: Error): void {
    const place = this.#lines.indexOf(line);
    if (place !== -1) {
      this.#lines.splice(place, 1);
      this.#requests.splice(place, 1);
    }
    line.leave(this);
    if (this.#done || this.#lines.length > 0) return;
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#done = true;
    this.signal.removeEventListener('abort', this);
    this.leaveAll();
  }
}
