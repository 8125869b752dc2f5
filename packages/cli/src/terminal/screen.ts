import { errorDetail, errorLine, failureOf } from './error.js';
import { redactor } from './redaction.js';

/** The slice of process.stdout and process.stderr that is used. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ScreenOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly json: boolean;
  readonly verbose: boolean;
  /** From the environment: NO_COLOR, TERM. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: readonly string[];
  /** Shown although they look like secrets. */
  readonly shown?: readonly string[];
}

const clearLine = '\r\u001b[2K';
/** Cursor home, and everything below it away. */
const clearPage = '\u001b[H\u001b[J';
const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;

/**
 * The one way to the terminal. Results go to stdout, everything about the way there to stderr; with --json stdout
 * carries JSON lines only. Every text passes the redaction.
 */
export class Screen {
  readonly json: boolean;
  readonly verbose: boolean;
  /** True when a line can be drawn over and over. */
  readonly live: boolean;
  readonly #options: ScreenOptions;
  readonly #redact: (text: string) => string;
  #status = '';
  #paged = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.json = options.json;
    this.verbose = options.verbose;
    this.live = options.stderr.isTTY === true && options.env.TERM !== 'dumb' && !options.json;
    this.#redact = redactor(options.secrets, options.shown);
  }

  /** The same screen, allowed to show these texts: keys of the simulator and new tokens of callers are meant to be copied. */
  showing(...texts: readonly string[]): Screen {
    const { secrets } = this.#options;
    return new Screen({
      ...this.#options,
      secrets: secrets.filter((secret) => !texts.includes(secret)),
      shown: texts,
    });
  }

  get columns(): number {
    // Some pseudo terminals say 0.
    const { columns } = this.#options.stderr;
    return columns === undefined || columns === 0 ? 100 : columns;
  }

  /** Whether results may have colours. */
  get colours(): boolean {
    const { stdout, env } = this.#options;
    const wanted = env.NO_COLOR === undefined || env.NO_COLOR === '';
    return wanted && stdout.isTTY === true && env.TERM !== 'dumb' && !this.json;
  }

  /** A line of the result. */
  say(line = ''): void {
    this.#line(this.json ? this.#options.stderr : this.#options.stdout, line);
  }

  /** Lines of the result that take the place of the page before, on a terminal; elsewhere they follow it after a blank line. */
  page(lines: readonly string[]): void {
    const { stdout, env } = this.#options;
    if (stdout.isTTY === true && env.TERM !== 'dumb' && !this.json) stdout.write(this.#paged ? clearPage : '');
    else if (this.#paged) this.say();
    this.#paged = true;
    for (const line of lines) this.say(line);
  }

  /** A line about what is going on. */
  note(line: string): void {
    this.#line(this.#options.stderr, line);
  }

  /** One JSON object on a line of its own; with --json only. */
  emit(value: object): void {
    if (this.json) this.#line(this.#options.stdout, JSON.stringify(value));
  }

  /** The line at the bottom that changes in place; only where `live`. Empty takes it away. */
  status(line: string): void {
    if (!this.live || line === this.#status) return;
    this.#options.stderr.write(clearLine + this.#redact(line));
    this.#status = line;
  }

  /** Reports a failure as one line, and as JSON with --json. Returns the exit code. */
  fail(error: unknown, figures: object = {}): number {
    const { exitCode, ...failure } = failureOf(error);
    const line = errorLine({ exitCode, ...failure });
    this.note(this.#coloured ? line.replace(failure.code, red(failure.code)) : line);
    if (this.verbose) for (const detail of errorDetail(error)) this.note(`  ${detail}`);
    this.emit({ ok: false, ...failure, ...figures });
    return exitCode;
  }

  get #coloured(): boolean {
    const { NO_COLOR } = this.#options.env;
    return this.live && (NO_COLOR === undefined || NO_COLOR === '');
  }

  #line(sink: Sink, line: string): void {
    const status = this.#status;
    this.status('');
    sink.write(`${this.#redact(line)}\n`);
    this.status(status);
  }
}
