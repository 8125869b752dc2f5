import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startChild } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import type { Told } from './reader.js';
import type { Captured, DeskOrder } from './simulator.js';

const symbols = Array.from({ length: 40 }, (_each, index) => String(100_000 + index));
/** Growth after the first eighth, MiB. */
const bars = { moreMb: 50 };
const mb = 2 ** 20;

/** A day of frames is captured by one process, and told again by another one, as fast as it goes. */
const bench = async ({ quick, say, onExit }: CommandContext): Promise<Figures> => {
  const dir = await mkdtemp(join(tmpdir(), 'hub-bench-replay-'));
  onExit(() => rm(dir, { recursive: true, force: true }));
  const desk: DeskOrder = { dir, symbols, hours: quick ? 2 : 24, framesPerSecond: 5 };
  const writer = startChild(new URL('simulator.js', import.meta.url), desk);
  onExit(() => writer.stop());
  const captured = await writer.next<Captured>('captured');
  const sizes = await Promise.all((await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size));
  const diskMb = Math.round(sizes.reduce((sum, size) => sum + size, 0) / mb);
  const warmUp = Math.floor(captured.records / 8);
  const reader = startChild(new URL('reader.js', import.meta.url), { dir, warmUp });
  onExit(() => reader.stop());
  const told = await reader.next<Told>('told');
  const complete =
    captured.dropped === 0 &&
    told.trades === captured.records &&
    told.gaps === captured.breaks * symbols.length &&
    told.disordered === 0 &&
    told.flaws === 0;
  const ok = complete && captured.moreMb <= bars.moreMb && told.moreMb <= bars.moreMb;
  say(
    `    captured: ${String(captured.frames)} frames of ${String(desk.hours)} h in ${String(sizes.length)} files, ${String(diskMb)} MiB; ` +
      `${String(captured.baseMb)} MiB of memory after an eighth, at most ${String(captured.moreMb)} more`,
  );
  say(
    `    told: ${String(told.trades)} of ${String(captured.records)} trades, ${String(told.gaps)} gaps, ${String(told.disordered)} out of order, ` +
      `${(told.ms / 1_000).toFixed(1)} s; ${String(told.baseMb)} MiB after an eighth, at most ${String(told.moreMb)} more`,
  );
  say(
    `${ok ? '✓' : '✗'} ${String(desk.hours)} h of frames: at most ${String(Math.max(captured.moreMb, told.moreMb))} MiB more (${String(bars.moreMb)})`,
  );
  return { ok, hours: desk.hours, bars, complete, files: sizes.length, diskMb, captured, told };
};

await runCommand({ full: 300_000, quick: 50_000 }, bench);
