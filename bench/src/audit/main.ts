import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { writeProject } from './project.js';

const files = { full: 10_000, quick: 1_000 };
const rounds = { full: 5, quick: 3 };

/** How much longer an audit may take than a program that only reads the same files; both begin with the start of Node. */
const bar = 8;

const hub = join(dirname(fileURLToPath(import.meta.resolve('@hub/cli/package.json'))), 'bin', 'hub.js');
const reader = fileURLToPath(new URL('./reader.js', import.meta.url));

interface Ran {
  readonly ms: number;
  readonly stdout: string;
}

/** A process from its start to its end. The audit ends with 1, since there is something to find. */
const run = (command: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    execFile(command, args, { cwd, signal, maxBuffer: 256 << 20 }, (error, stdout, stderr) => {
      if (error === null || (error.code === 1 && stdout !== '')) resolve({ ms: performance.now() - began, stdout });
      else reject(new Error(`${error.message} ${stderr}`));
    });
  });

const findingsIn = (stdout: string): number => {
  const { findings } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { readonly findings?: number };
  return findings ?? 0;
};

/** What `hub audit` costs beside reading the same files, and beside a search for two words that knows nothing of languages. */
const bench = async ({ quick, say, signal, onExit }: CommandContext): Promise<Figures> => {
  const count = quick ? files.quick : files.full;
  const { root, bytes, places } = await writeProject(count);
  onExit(() => rm(root, { recursive: true, force: true }));
  const ways = {
    audit: () => run(process.execPath, [hub, 'audit', '--json'], root, signal),
    reading: () => run(process.execPath, [reader, JSON.stringify({ root })], root, signal),
    gitGrep: () => run('git', ['grep', '-nE', 'koreainvestment|kiwoom'], root, signal),
  };
  await ways.reading(); // warms the disk for all
  const ran: Record<keyof typeof ways, Ran[]> = { audit: [], reading: [], gitGrep: [] };
  for (let round = 0; round < (quick ? rounds.quick : rounds.full); round += 1) {
    // In turn, so that a busy machine is busy for all of them.
    for (const name of ['audit', 'reading', 'gitGrep'] as const) ran[name].push(await ways[name]());
  }
  const median = (name: keyof typeof ways): number =>
    quantile(
      ran[name].map(({ ms }) => ms),
      0.5,
    );
  const [auditMs, readingMs, gitGrepMs] = [median('audit'), median('reading'), median('gitGrep')];
  const found = findingsIn(ran.audit[0]?.stdout ?? '');
  const ratio = rounded(auditMs / readingMs);
  // A thousand files are over before the start of the command is paid for: only what is found tells something then.
  const ok = found === places && (quick || ratio <= bar);
  const figures = {
    ...{ files: count, megabytes: rounded(bytes / 1e6, 1), places, found },
    ...{ auditMs: rounded(auditMs, 0), readingMs: rounded(readingMs, 0), gitGrepMs: rounded(gitGrepMs, 0) },
    ...{ ratio, filesPerSecond: rounded((count * 1_000) / auditMs, 0) },
  };
  say(
    `${ok ? '✓' : '✗'} ${String(count)} files, ${String(figures.megabytes)} MB: audit ${String(figures.auditMs)} ms ` +
      `(${String(figures.filesPerSecond)} files/s), ${String(found)} of ${String(places)} places; reading alone ` +
      `${String(figures.readingMs)} ms (${String(ratio)}×), git grep ${String(figures.gitGrepMs)} ms`,
  );
  return { ok, bar, ...figures };
};

await runCommand({ full: 600_000, quick: 58_000 }, bench);
