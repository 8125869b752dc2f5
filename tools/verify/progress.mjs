// One line per finished step; below them, on a terminal, one living line that says what is running. Without a terminal
// a step is announced when it starts, and again every half minute.
import { stripVTControlCharacters } from 'node:util';

const frameMs = 120;
const reminderMs = 30_000;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const seconds = (since, digits = 0) => `${((performance.now() - since) / 1000).toFixed(digits)} s`;

export class Progress {
  #out;
  #live;
  #running = new Set();
  #frame = 0;
  #timer;

  constructor(out) {
    this.#out = out;
    this.#live = out.isTTY && process.env.TERM !== 'dumb';
    this.#timer = setInterval(() => (this.#live ? this.#draw() : this.#remind()), this.#live ? frameMs : reminderMs);
    this.#timer.unref();
  }

  start(name) {
    const row = { name, since: performance.now(), last: '' };
    this.#running.add(row);
    if (!this.#live) this.#print(`· ${name} …`);
    return {
      says: (line) => (row.last = stripVTControlCharacters(line).trim()),
      succeeded: (note) => this.#finish(row, `✓ ${name} (${note}${seconds(row.since, 1)})`),
      failed: (output) => this.#finish(row, `✗ ${name} (${seconds(row.since, 1)})\n\n${output.trimEnd()}\n`),
    };
  }

  stop() {
    clearInterval(this.#timer);
    this.#clear();
  }

  #finish(row, text) {
    this.#running.delete(row);
    this.#print(text);
  }

  #print(text) {
    this.#clear();
    this.#out.write(`${text}\n`);
  }

  #remind() {
    for (const row of this.#running) this.#print(`· ${row.name} … ${seconds(row.since)}  ${row.last}`);
  }

  #draw() {
    if (this.#running.size === 0) return;
    this.#frame = (this.#frame + 1) % frames.length;
    const rows = [...this.#running];
    const what = rows.map((row) => `${row.name} ${seconds(row.since)}`).join(', ');
    const line = `${frames[this.#frame]} ${what}  ${rows.length === 1 ? rows[0].last : ''}`;
    this.#clear();
    this.#out.write(line.slice(0, (this.#out.columns ?? 80) - 1));
  }

  #clear() {
    if (this.#live) this.#out.write('\r\u001b[2K');
  }
}
