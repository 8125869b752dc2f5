import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { seedIn } from '../harness/drawing.js';
import { Chance } from './chance.js';
import { readCorpus } from './corpus.js';
import { FuzzedLinter } from './lint.js';
import { mutated } from './mutate.js';

const programs = { full: 20_000, quick: 300 };
/** Enough to work on; each is a program of its own to look at. */
const mostFinds = 20;

/** What `program.ts` can import besides itself; it imports that in turn. */
const other =
  "export * from './program.js';\nexport { back as other } from './program.js';\nexport default (x) => x + back;\n";

/** Random programs, from a seed that repeats them: the rules never throw, and are never slow. */
const fuzz = async (
  { quick, say, signal, onExit }: CommandContext,
  given: { readonly seed?: string; readonly only?: string },
): Promise<Figures> => {
  const seed = seedIn(given.seed);
  const [first, last] =
    given.only === undefined
      ? [0, (quick ? programs.quick : programs.full) - 1]
      : [Number(given.only), Number(given.only)];
  const root = await mkdtemp(join(tmpdir(), 'hub-fuzz-lint-'));
  await writeFile(join(root, 'other.ts'), other);
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  const linter = new FuzzedLinter(root);
  const corpus = await readCorpus();
  const finds: { readonly program: number; readonly what: string; readonly detail: string; readonly file: string }[] =
    [];
  let tried = 0;
  for (let program = first; program <= last; program += 1) {
    // Every program has a seed of its own: `--only` repeats one without those before it.
    const text = mutated(new Chance(seed * 1_000_003 + program), corpus);
    const found = linter.try(text);
    tried += 1;
    if (found !== undefined) {
      const file = join(root, `find-${String(program)}.ts`);
      await writeFile(file, text);
      finds.push({ program, ...found, file });
      say(`✗ program ${String(program)} ${found.what}: ${found.detail}\n  ${file}`);
    }
    if (finds.length >= mostFinds) break;
    await setImmediate(); // for Ctrl-C and the time limit
    signal.throwIfAborted();
  }
  // The programs that were found stay where they are.
  if (finds.length === 0) onExit(() => rm(root, { recursive: true, force: true }));
  say(
    `${finds.length === 0 ? '✓' : '✗'} ${String(tried)} programs of seed ${String(seed)}: ${String(finds.length)} finds`,
  );
  return { ok: finds.length === 0, seed, programs: tried, sources: corpus.length, finds };
};

await runCommand({ full: 3_600_000, quick: 110_000 }, fuzz, { seed: { type: 'string' }, only: { type: 'string' } });
