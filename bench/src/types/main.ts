import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';

/** What a program that uses twenty endpoints may cost the compiler beyond an empty one. */
const barMs = 2_000;

/** They are read as TypeScript, so by the compiler that is measured and not as they were built. */
const programs = ['empty', 'import-alone', 'twenty-endpoints'] as const;
type Program = (typeof programs)[number];

const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
const settings = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--target',
  'es2023',
  '--module',
  'nodenext',
];
const pathOf = (program: Program): string =>
  fileURLToPath(new URL(`../../src/types/programs/${program}.ts`, import.meta.url));

/** The last thing that a compiler says, on a stream that it does not use: how much CPU time it took, in µs. */
const usage = `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system)); });`;

/**
 * CPU time of one run of the compiler in ms: what it takes of the clock on a machine that does nothing else, however much
 * that one has to do. Throws when it finds a mistake.
 */
const compile = async (program: Program, signal: AbortSignal): Promise<number> => {
  const words = ['--import', `data:text/javascript,${encodeURIComponent(usage)}`, compiler, ...settings];
  const child = spawn(process.execPath, [...words, '--types', 'node', pathOf(program)], { signal });
  let microseconds = '';
  child.stderr.on('data', (chunk: Buffer) => (microseconds += chunk.toString()));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} does not compile: ${said.trim()}`);
  return Number(microseconds) / 1_000;
};

/** The programs take turns, so that what else the machine does falls on all of them. */
const checkTypes = async ({ quick, say, signal }: CommandContext): Promise<Figures> => {
  const rounds = quick ? 2 : 7;
  const timesMs: Record<Program, number[]> = { empty: [], 'import-alone': [], 'twenty-endpoints': [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const program of programs) timesMs[program].push(await compile(program, signal));
  }
  const medianMs = (program: Program): number => quantile(timesMs[program], 0.5);
  const emptyMs = medianMs('empty');
  const rows = programs.map((program) => ({
    program,
    ms: Math.round(medianMs(program)),
    moreMs: Math.round(medianMs(program) - emptyMs),
  }));
  for (const line of textTable([
    ['program', 'CPU ms', 'more ms'],
    ...rows.map(({ program, ms, moreMs }) => [program, String(ms), String(moreMs)]),
  ])) {
    say(line);
  }
  const extraMs = medianMs('twenty-endpoints') - emptyMs;
  const ok = extraMs <= barMs;
  say(`${ok ? '✓' : '✗'} twenty endpoints cost ${Math.round(extraMs)} ms more than nothing; the bar is ${barMs} ms`);
  return { ok, rounds, rows, extraMs: Math.round(extraMs), timesEmpty: rounded(extraMs / emptyMs), barMs };
};

await runCommand({ full: 240_000, quick: 60_000 }, checkTypes);
