import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { rounded, sum } from '../harness/numbers.js';
import { readLabelled, type LabelledCase } from './labelled.js';
import { lintCase, modes, type Mode } from './lint.js';

const folder = new URL('../../../eslint-plugin-api-hub/lint-set/', import.meta.url);

/** With `--quick` one case of so many is looked at. */
const quickStep = 5;

interface Outcome {
  readonly name: string;
  readonly wanted: number;
  readonly missed: readonly string[];
  readonly false: readonly string[];
}

const outcomeOf = async (each: LabelledCase, mode: Mode): Promise<Outcome> => {
  const reported = await lintCase(each, mode);
  const labelled = new Set(
    each.files.flatMap(({ path, labels }) => [...labels.keys()].map((line) => `${path}:${String(line)}`)),
  );
  const excused = each.typed && mode === 'untyped';
  return {
    name: each.name,
    wanted: labelled.size,
    missed: excused ? [] : [...labelled].filter((place) => !reported.has(place)),
    false: [...reported].filter((place) => !labelled.has(place)),
  };
};

/** The rules beside what a reviewer reports, on a set of small projects: every labelled line, and no other. */
const check = async ({ quick, say, signal }: CommandContext): Promise<Figures> => {
  const all = await readLabelled(folder);
  const cases = quick ? all.filter((_each, index) => index % quickStep === 0) : all;
  const figures: Record<string, unknown> = {};
  let clean = true;
  for (const mode of modes) {
    const outcomes: Outcome[] = [];
    for (const each of cases) {
      signal.throwIfAborted();
      outcomes.push(await outcomeOf(each, mode));
    }
    for (const { name, missed, false: wrong } of outcomes) {
      if (missed.length + wrong.length === 0) continue;
      say(`    ${mode} · ${name}${listed('missed', missed)}${listed('false', wrong)}`);
    }
    const wanted = sum(outcomes.map((each) => each.wanted));
    const missed = sum(outcomes.map((each) => each.missed.length));
    const wrong = sum(outcomes.map((each) => each.false.length));
    const recall = rounded((100 * (wanted - missed)) / Math.max(1, wanted), 1);
    say(
      `${missed + wrong === 0 ? '✓' : '✗'} ${mode}: ${String(recall)} % of ${String(wanted)} lines, ${String(wrong)} false`,
    );
    figures[mode] = { lines: wanted, missed, false: wrong, recall };
    clean &&= missed + wrong === 0;
  }
  return { ok: clean, cases: cases.length, ...figures };
};

const listed = (what: string, places: readonly string[]): string =>
  places.length === 0 ? '' : ` · ${what} ${places.join(' ')}`;

await runCommand({ full: 600_000, quick: 58_000 }, check);
